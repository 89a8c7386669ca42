import { z } from "zod";
import { maxNoteNameLength, maxNoteTextLength } from "../protocol/limits.ts";
import { defineTool } from "./define-tool.ts";
import type { Tool } from "./tool.ts";

/** Where notes are kept; every method is given the person whose notes they are. */
export interface NoteKeeper {
  /** The newest updated first. */
  list(userId: string): Promise<readonly { name: string; text: string; updatedAt: number }[]>;
  /** In place of the note of the same name. `full`: the person has too many others. */
  save(userId: string, note: { name: string; text: string }): Promise<"saved" | "full">;
  remove(userId: string, name: string): Promise<void>;
}

/** Of all notes that one call reads together. */
const maxReadTogether = 40_000;

const noteName = z
  .string()
  .trim()
  .min(1)
  .max(maxNoteNameLength)
  .transform((name) => name.toWellFormed())
  .describe("What the note is found by, such as: shopping list.");

/** What a person has their agents remember: over conversations, until it is deleted. */
export const createNoteTools = (notes: NoteKeeper): readonly Tool[] => [
  defineTool({
    name: "read_notes",
    description:
      "Reads the notes that were kept for the person in this or earlier conversations: all of them, or the one " +
      "of the given name.",
    effect: "read",
    isPrivate: true,
    input: z.object({ name: noteName.optional() }),
    run: async ({ name }, { userId }) => readNotes(await notes.list(userId), name),
  }),
  defineTool({
    name: "save_note",
    description:
      "Keeps a note for the person, to be read in any later conversation. A note of the same name is replaced, " +
      "so read it before you add to it.",
    effect: "write",
    input: z.object({
      name: noteName,
      text: z
        .string()
        .min(1)
        .max(maxNoteTextLength)
        .transform((text) => text.toWellFormed()),
    }),
    async run({ name, text }, { userId }) {
      if ((await notes.save(userId, { name, text })) === "full")
        throw new Error("the person has as many notes as can be kept: delete one, or add to one");
      return { saved: name };
    },
  }),
  defineTool({
    name: "delete_note",
    description: "Deletes the person's note of the given name, for good.",
    effect: "write",
    input: z.object({ name: noteName }),
    async run({ name }, { userId }) {
      const isThere = (await notes.list(userId)).some((note) => note.name === name);
      if (isThere) await notes.remove(userId, name);
      return isThere ? { deleted: name } : { deleted: null, note: `there was no note named "${name}"` };
    },
  }),
];

function readNotes(all: Awaited<ReturnType<NoteKeeper["list"]>>, name: string | undefined) {
  const found = name === undefined ? all : all.filter((note) => note.name === name);
  let left = maxReadTogether;
  const read = found.filter(({ text }) => (left -= text.length) >= 0);
  const others = found.filter((note) => !read.includes(note)).map((note) => note.name);
  return {
    notes: read.map(({ updatedAt, ...note }) => ({ ...note, updatedAt: new Date(updatedAt).toISOString() })),
    ...(name !== undefined && found.length === 0 && { names: all.map((note) => note.name) }),
    ...(others.length > 0 && { unread: others, note: "read these one by one" }),
  };
}
