import { randomUUID } from "node:crypto";
import {
  type Archive,
  type ArchivedConversation,
  type Collection,
  parseArchived,
  parseSessions,
  type SessionCollection,
} from "../archive/archive.ts";
import { StorageError } from "../storage-error.ts";
import type { ArchiveContext, KvArchive } from "./archive-context.ts";
import { archivedConversationOf, archivedMessageOf, archivedRunOf } from "./archive-records.ts";
import {
  addSessionsScript,
  checkVersionsScript,
  identityScript,
  readArchiveScript,
  readEntriesScript,
  readSessionsScript,
} from "./archive-scripts.ts";
import { rebuild } from "./rebuild.ts";
import { listAt, type Reply, textAt, textsOf } from "./run-script.ts";
import { scanAll } from "./scan-all.ts";
import { writeConversation } from "./write-conversation.ts";

/** Entries given by one call: everybody else waits meanwhile. */
const entriesAtOnce = 2000;
/** Conversations looked at by one call. */
const checkedAtOnce = 200;
/** Sessions added by one call. */
const sessionsAtOnce = 500;
/** How often a conversation that gets new runs meanwhile is read anew. */
const attempts = 5;

/** The records of a KV store. */
export function createKvArchive(context: ArchiveContext & Pick<Archive, "close">): KvArchive {
  const { script, keys, scan, close } = context;

  async function ids(): Promise<string[]> {
    const found = await scanAll(scan, keys.conversationPattern);
    return found.flatMap((key) => keys.conversationIdOf(key) ?? []).sort();
  }

  async function check(): Promise<void> {
    const all = (await ids()).map((id) => keys.conversation(id).itself);
    for (let from = 0; from < all.length; from += checkedAtOnce) {
      await script(checkVersionsScript, all.slice(from, from + checkedAtOnce), []);
    }
  }

  const conversations: Collection<ArchivedConversation> = {
    ids,
    read: (id) => readArchivedConversation(context, id),
    write: (kept) => writeConversation(context, kept),
  };
  return {
    conversations,
    sessions: createKvSessionCollection(context),
    check,
    identity: async () => `kv ${textAt(await script(identityScript, [keys.identity], [randomUUID()]), 0)}`,
    rebuild: async () => rebuild(context, await ids()),
    close,
  };
}

function createKvSessionCollection({ script, keys }: ArchiveContext): SessionCollection {
  return {
    async all() {
      const flat = textsOf(await script(readSessionsScript, [keys.sessions], []));
      const pairs = Array.from({ length: flat.length / 2 }, (_, at) => ({
        session: flat[at * 2],
        userId: flat[at * 2 + 1] || null,
      }));
      return parseSessions(pairs);
    },
    async add(sessions) {
      for (let from = 0; from < sessions.length; from += sessionsAtOnce) {
        const some = sessions.slice(from, from + sessionsAtOnce);
        const ofOwners = some.map(({ session, userId }) => keys.ownerSessions(userId ?? session));
        const pairs = some.flatMap(({ session, userId }) => [session, userId ?? ""]);
        await script(addSessionsScript, [keys.sessions, ...ofOwners], pairs);
      }
    },
  };
}

async function readArchivedConversation(
  context: ArchiveContext,
  id: string,
): Promise<ArchivedConversation | null> {
  const { script, keys } = context;
  const { itself, order, messages, runs } = keys.conversation(id);
  let runIds: string[] = [];
  for (let attempt = 0; attempt < attempts; attempt += 1) {
    const ofRuns = runIds.flatMap((runId) => Object.values(keys.run(id, runId)));
    const reply = await script(
      readArchiveScript,
      [itself, order, messages, runs, ...ofRuns],
      [entriesAtOnce],
    );
    if (reply.length === 0) return null;
    if (textAt(reply, 0) === "found") return decode(context, id, reply);
    runIds = textsOf(listAt(reply, 1));
  }
  throw new StorageError("unavailable", `conversation ${id} changes faster than Redis can be asked`);
}

async function decode(context: ArchiveContext, id: string, reply: Reply): Promise<ArchivedConversation> {
  const texts = listAt(reply, 3);
  const found = listAt(reply, 4);
  const runs = await Promise.all(found.map((_, at) => decodeWithLog(context, id, listAt(found, at))));
  return parseArchived({
    ...archivedConversationOf(listAt(reply, 1)),
    id,
    messages: textsOf(listAt(reply, 2)).map((messageId, at) =>
      archivedMessageOf(messageId, textAt(texts, at), id),
    ),
    runs,
  });
}

/** The head is of the moment of the first read: a log only grows. */
async function decodeWithLog({ script, keys }: ArchiveContext, id: string, reply: Reply) {
  const run = archivedRunOf(listAt(reply, 0));
  const { log } = keys.run(id, run.runId);
  const entries = entriesOf(listAt(reply, 3));
  while (entries.length < run.head) {
    const limit = Math.min(entriesAtOnce, run.head - entries.length);
    const next = entriesOf(await script(readEntriesScript, [log], [entries.at(-1)?.seq ?? 0, limit]));
    if (next.length === 0) break;
    entries.push(...next);
  }
  const json = textAt(reply, 2);
  return { ...run, fold: json === "" ? null : { seq: Number(textAt(reply, 1)), json }, entries };
}

const entriesOf = (flat: Reply) => {
  const texts = textsOf(flat);
  return Array.from({ length: Math.floor(texts.length / 3) }, (_, at) => ({
    seq: Number(texts[at * 3]?.slice(2)),
    epoch: Number(texts[at * 3 + 1]),
    json: texts[at * 3 + 2] ?? "",
  }));
};
