import { randomUUID } from "node:crypto";
import {
  type Archive,
  type ArchivedNotes,
  type Collection,
  parseNotes,
  parseSessions,
  type SessionCollection,
} from "../archive/archive.ts";
import type { ArchiveContext, KvArchive } from "./archive-context.ts";
import { decodeNote, encodeNote } from "./codec/note.ts";
import { decodeSessionUser, encodeSessionUser } from "./codec/session.ts";
import { copyConversation } from "./copy-conversation.ts";
import { fieldsIn } from "./notes.ts";
import { readArchivedConversation } from "./read-archived-conversation.ts";
import { rebuild } from "./rebuild.ts";
import { textAt, textsOf } from "./reply.ts";
import { scanAll } from "./scan-all.ts";
import {
  addSessionsScript,
  checkVersionsScript,
  identityScript,
  readSessionsScript,
} from "./scripts/archive.ts";
import { addNotesScript, readNotesScript } from "./scripts/notes.ts";

/** Conversations checked by one script. */
const maxChecked = 200;
/** Sessions added by one script. */
const maxSessionsAdded = 500;
/** Notes added by one script. */
const maxNotesAdded = 20;

/** The records of a KV store. */
export function createKvArchive(context: ArchiveContext & Pick<Archive, "close">): KvArchive {
  const { script, keys, scan, close } = context;

  async function ids(): Promise<string[]> {
    const found = await scanAll(scan, keys.conversationPattern);
    return found.flatMap((key) => keys.conversationIdOf(key) ?? []).sort();
  }

  async function check(): Promise<void> {
    const records = (await ids()).map((id) => keys.conversation(id).record);
    for (let from = 0; from < records.length; from += maxChecked) {
      await script(checkVersionsScript, records.slice(from, from + maxChecked), []);
    }
  }

  return {
    conversations: {
      ids,
      read: (id) => readArchivedConversation(context, id),
      write: (conversation) => copyConversation(context, conversation),
    },
    sessions: createKvSessionCollection(context),
    notes: createKvNoteCollection(context),
    check,
    identity: async () => `kv ${textAt(await script(identityScript, [keys.identity], [randomUUID()]), 0)}`,
    rebuild: async () => rebuild(context, await ids()),
    close,
  };
}

function createKvNoteCollection({ script, keys, scan }: ArchiveContext): Collection<ArchivedNotes> {
  return {
    ids: async () => (await scanAll(scan, keys.notesPattern)).map(keys.userIdOfNotes).sort(),
    async read(userId) {
      const fields = fieldsIn(await script(readNotesScript, [keys.notesOf(userId)], []));
      const notes = fields.map(([name, field]) => decodeNote(name, field));
      return notes.length === 0 ? null : parseNotes({ userId, notes });
    },
    async write({ userId, notes }) {
      for (let from = 0; from < notes.length; from += maxNotesAdded) {
        const some = notes.slice(from, from + maxNotesAdded);
        const fields = some.flatMap((note) => [note.name, encodeNote(note)]);
        await script(addNotesScript, [keys.notesOf(userId)], fields);
      }
    },
  };
}

function createKvSessionCollection({ script, keys }: ArchiveContext): SessionCollection {
  return {
    async all() {
      const flat = textsOf(await script(readSessionsScript, [keys.sessions], []));
      const sessions = Array.from({ length: flat.length / 2 }, (_, index) => ({
        session: flat[index * 2],
        userId: decodeSessionUser(flat[index * 2 + 1] ?? ""),
      }));
      return parseSessions(sessions);
    },
    async add(sessions) {
      for (let from = 0; from < sessions.length; from += maxSessionsAdded) {
        const some = sessions.slice(from, from + maxSessionsAdded);
        const sessionsOfUsers = some.map(({ session, userId }) => keys.sessionsOf(userId ?? session));
        const fields = some.flatMap(({ session, userId }) => [session, encodeSessionUser(userId)]);
        await script(addSessionsScript, [keys.sessions, ...sessionsOfUsers], fields);
      }
    },
  };
}
