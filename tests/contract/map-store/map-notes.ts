import { maxNotes, type Note, type NoteStore } from "#lib/storage/note-store.ts";
import type { MapRecords } from "./map-records.ts";

export function createMapNotes({ notes, now }: MapRecords): NoteStore {
  const notesOf = (userId: string) => notes.get(userId) ?? new Map<string, Note>();
  return {
    list: async (userId) =>
      [...notesOf(userId).values()].sort(
        (one, other) => other.updatedAt - one.updatedAt || (one.name < other.name ? -1 : 1),
      ),
    async save(userId, { name, text }) {
      const its = notesOf(userId);
      if (!its.has(name) && its.size >= maxNotes) return "full";
      notes.set(userId, its.set(name, { name, text, updatedAt: now() }));
      return "saved";
    },
    remove: async (userId, name) => void notesOf(userId).delete(name),
    removeAll: async (userId) => void notes.delete(userId),
  };
}
