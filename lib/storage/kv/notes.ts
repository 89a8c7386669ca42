import { isUnreadable } from "../core/unreadable.ts";
import { maxNotes, type Note, type NoteStore } from "../note-store.ts";
import { decodeNote } from "./codec/note.ts";
import type { KvContext } from "./kv-context.ts";
import { type Reply, textAt, textsOf } from "./reply.ts";
import { readNotesScript, removeNoteScript, removeNotesScript, saveNoteScript } from "./scripts/notes.ts";

/** The notes of users, a hash of each. */
export const createKvNotes = ({ script, keys }: Pick<KvContext, "script" | "keys">): NoteStore => ({
  async list(userId) {
    const found = fieldsIn(await script(readNotesScript, [keys.notesOf(userId)], []));
    return found.flatMap(([name, field]) => readableNote(name, field) ?? []).sort(byUpdate);
  },
  async save(userId, { name, text }) {
    const reply = await script(saveNoteScript, [keys.notesOf(userId)], [name, text, maxNotes]);
    return textAt(reply, 0) === "full" ? "full" : "saved";
  },
  async remove(userId, name) {
    await script(removeNoteScript, [keys.notesOf(userId)], [name]);
  },
  async removeAll(userId) {
    await script(removeNotesScript, [keys.notesOf(userId)], []);
  },
});

/** Names and fields, from a list of both in turn. */
export function fieldsIn(reply: Reply): [name: string, field: string][] {
  const flat = textsOf(reply);
  return flat.flatMap((name, index) => (index % 2 === 0 ? [[name, flat[index + 1] ?? ""]] : []));
}

/** One that cannot be read hides no other. */
function readableNote(name: string, field: string): Note | undefined {
  try {
    return decodeNote(name, field);
  } catch (error) {
    if (!isUnreadable(error)) throw error;
    return undefined;
  }
}

const byUpdate = (one: Note, other: Note): number =>
  other.updatedAt - one.updatedAt || (one.name < other.name ? -1 : 1);
