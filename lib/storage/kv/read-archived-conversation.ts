import { type ArchivedConversation, type ArchivedRun, parseArchived } from "../archive/archive.ts";
import type { ArchiveContext } from "./archive-context.ts";
import { decodeArchivedConversation, decodeArchivedMessage, decodeArchivedRun } from "./codec/archived.ts";
import { decodeRows } from "./codec/log.ts";
import { listAt, type Reply, textAt, textsOf } from "./reply.ts";
import { retryOnChange } from "./retry-on-change.ts";
import { readArchiveScript, readEntriesScript } from "./scripts/archive.ts";

/** Entries read by one script: no other command runs meanwhile. */
const maxEntriesRead = 2000;

/** One consistent read. Null: there is none. Throws `StorageError("damaged")`. */
export async function readArchivedConversation(
  context: ArchiveContext,
  id: string,
): Promise<ArchivedConversation | null> {
  const { script, keys } = context;
  const { record, order, messages, runs } = keys.conversation(id);
  let runIds: string[] = [];
  const reply = await retryOnChange(`conversation ${id}`, async () => {
    const keysOfRuns = runIds.flatMap((runId) => {
      const run = keys.run(id, runId);
      return [run.record, run.log, run.fold];
    });
    const found = await script(
      readArchiveScript,
      [record, order, messages, runs, ...keysOfRuns],
      [maxEntriesRead],
    );
    if (textAt(found, 0) !== "runs") return found;
    runIds = textsOf(listAt(found, 1));
    return undefined;
  });
  return reply.length === 0 ? null : decodeArchive(context, id, reply);
}

async function decodeArchive(
  context: ArchiveContext,
  id: string,
  reply: Reply,
): Promise<ArchivedConversation> {
  const texts = listAt(reply, 3);
  const found = listAt(reply, 4);
  const runs = await Promise.all(
    found.map((_, index) => decodeRunWithLog(context, id, listAt(found, index))),
  );
  return parseArchived({
    ...decodeArchivedConversation(listAt(reply, 1)),
    id,
    messages: textsOf(listAt(reply, 2)).map((messageId, index) =>
      decodeArchivedMessage(messageId, textAt(texts, index), id),
    ),
    runs,
  });
}

/** The rest of a long log is read afterwards, up to the head of the first read: a log only grows. */
async function decodeRunWithLog(
  { script, keys }: ArchiveContext,
  id: string,
  reply: Reply,
): Promise<ArchivedRun> {
  const run = decodeArchivedRun(listAt(reply, 0));
  const { log } = keys.run(id, run.runId);
  const entries = decodeRows(listAt(reply, 3));
  while (entries.length < run.head) {
    const limit = Math.min(maxEntriesRead, run.head - entries.length);
    const next = decodeRows(await script(readEntriesScript, [log], [entries.at(-1)?.seq ?? 0, limit]));
    if (next.length === 0) break;
    entries.push(...next);
  }
  const json = textAt(reply, 2);
  return { ...run, fold: json === "" ? null : { seq: Number(textAt(reply, 1)), json }, entries };
}
