import type { Cursor } from "../../protocol/cursor.ts";
import type { RunStatus } from "../../protocol/run-status.ts";
import { readableMessages } from "../core/inbox-rules.ts";
import type { OpenedRun, ReadResult, RunMeta, RunSnapshot } from "../run-store.ts";
import type { RunLocator } from "./codec/id-pairs.ts";
import { unreadIn } from "./codec/inbox.ts";
import { decodeLeaseReply } from "./codec/lease-reply.ts";
import { decodeEntries, decodeStoredFold } from "./codec/log.ts";
import { decodeRun } from "./codec/run.ts";
import type { KvContext } from "./kv-context.ts";
import { listAt, type Reply, textAt } from "./reply.ts";
import { openLogScript, readLogScript, readRunScript, snapshotScript } from "./scripts/read.ts";
import { singleFlight } from "./single-flight.ts";

/** Reads of runs. */
export function createKvRunReads({ script, keys, locators }: KvContext) {
  async function readRun(conversationId: string, runId: string): Promise<RunMeta | null> {
    const reply = await script(
      readRunScript,
      [keys.run(conversationId, runId).record, keys.conversation(conversationId).record],
      [],
    );
    return reply.length === 0 ? null : decodeRun(reply);
  }

  async function readLog(
    { conversationId }: RunLocator,
    runId: string,
    after: Cursor,
    limit: number,
  ): Promise<ReadResult | null> {
    const { record, log } = keys.run(conversationId, runId);
    const reply = await script(readLogScript, [record, log], [after.epoch ?? "", after.seq, limit]);
    return reply.length === 0 ? null : decodeLogRead(reply, { runId, after, limit });
  }

  async function openLog(
    { conversationId }: RunLocator,
    runId: string,
    userId: string,
    after: Cursor,
    limit: number,
  ): Promise<OpenedRun | null> {
    const { record, log } = keys.run(conversationId, runId);
    const reply = await script(
      openLogScript,
      [record, log, keys.conversation(conversationId).record],
      [after.epoch ?? "", after.seq, limit],
    );
    if (reply.length === 0) return null;
    const run = decodeRun(listAt(reply, 0));
    if (run.userId !== userId || run.deleted) return null;
    return { run, read: decodeLogRead(listAt(reply, 1), { runId, after, limit }) };
  }

  async function readSnapshot({ conversationId }: RunLocator, runId: string): Promise<RunSnapshot | null> {
    const { record, log, fold } = keys.run(conversationId, runId);
    const reply = await script(
      snapshotScript,
      [record, log, fold, keys.conversation(conversationId).record],
      [],
    );
    return reply.length === 0 ? null : decodeSnapshot(reply);
  }

  const run = (runId: string) =>
    locators.withLocator(runId, ({ conversationId }) => readRun(conversationId, runId));
  const read = (runId: string, after: Cursor, limit: number) =>
    locators.withLocator(runId, (locator) => readLog(locator, runId, after, limit));
  const open = (runId: string, userId: string, after: Cursor, limit: number) =>
    locators.withLocator(runId, (locator) => openLog(locator, runId, userId, after, limit));

  return {
    readRun,
    run: singleFlight(run, (runId) => runId),
    // Readers of a run wake together and mostly stand at the same cursor: one read serves them all.
    read: singleFlight(read, keyOfRead),
    open: singleFlight(open, (runId, userId, after, limit) => `${userId} ${keyOfRead(runId, after, limit)}`),
    snapshot: (runId: string) => locators.withLocator(runId, (locator) => readSnapshot(locator, runId)),
  };
}

const keyOfRead = (runId: string, { epoch, seq }: Cursor, limit: number): string =>
  `${runId} ${epoch ?? ""} ${seq} ${limit}`;

/** The reply of `readLogScript`, where there is such a run. */
function decodeLogRead(
  reply: Reply,
  { runId, after, limit }: { runId: string; after: Cursor; limit: number },
): ReadResult {
  if (textAt(reply, 0) === "gone") return { gone: true };
  const { head, stop } = decodeLeaseReply([textAt(reply, 1), ...reply.slice(3, 5)], runId);
  const expected = Math.min(limit, head - after.seq);
  const leaseLeft = textAt(reply, 6);
  return {
    entries: decodeEntries(listAt(reply, 5), { runId, after: after.seq, expected }),
    head,
    status: textAt(reply, 2) as RunStatus, // Cast: only scripts write it; the run's own record is checked.
    ...(stop && { stop }),
    ...(leaseLeft !== "" && { leaseLeft: Number(leaseLeft) }),
  };
}

/** A run, its fold's seq and JSON, and the entries after it. */
export function decodeSnapshot(reply: Reply): RunSnapshot {
  const run = decodeRun(listAt(reply, 0));
  const { runId, head } = run;
  const fold = decodeStoredFold(textAt(reply, 1), textAt(reply, 2), runId);
  const after = fold?.seq ?? 0;
  const entries = decodeEntries(listAt(reply, 3), { runId, after, expected: head - after });
  const messages = readableMessages(() => (run.unread ? unreadIn(listAt(reply, 0), runId) : {}));
  return { run, ...(fold && { fold }), entries, ...messages };
}
