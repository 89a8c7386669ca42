import { damaged } from "../../core/unreadable.ts";
import type { Note } from "../../note-store.ts";
import { StorageError } from "../../storage-error.ts";

/** The field of a note: `1 <updatedAt> <text>`. Scripts write it too (lua-records.ts). */
export const encodeNote = ({ text, updatedAt }: Omit<Note, "name">): string => `1 ${updatedAt} ${text}`;

/** Throws `StorageError`. */
export function decodeNote(name: string, field: string): Note {
  const [, version, updatedAt, text] = /^(\d+) (\d+) (.*)$/s.exec(field) ?? [];
  if (version === undefined || text === undefined) throw damaged("note");
  if (version !== "1")
    throw new StorageError("newer-schema", `a newer build wrote a note (version ${version}): start that one`);
  return { name, text, updatedAt: Number(updatedAt) };
}
