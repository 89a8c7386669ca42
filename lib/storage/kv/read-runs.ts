import type { Cursor } from "../../protocol/cursor.ts";
import type { RunStatus } from "../../protocol/run-status.ts";
import type { ReadResult, RunMeta, RunSnapshot } from "../run-store.ts";
import type { KvContext } from "./kv-context.ts";
import { decodeAnswer, decodeEntries, decodeRun, decodeStoredFold } from "./records.ts";
import type { RunLocator } from "./run-locators.ts";
import { listAt, type Reply, textAt } from "./run-script.ts";
import { readLogScript, readRunScript, snapshotScript } from "./run-scripts.ts";
import { singleFlight } from "./single-flight.ts";

/** What can be asked about runs. */
export function createKvRunReads({ script, keys, locators }: KvContext) {
  async function runOf(
    { conversationId }: Pick<RunLocator, "conversationId">,
    runId: string,
  ): Promise<RunMeta | null> {
    const reply = await script(
      readRunScript,
      [keys.run(conversationId, runId).itself, keys.conversation(conversationId).itself],
      [],
    );
    return reply.length === 0 ? null : decodeRun(reply);
  }

  async function readOf(
    { conversationId }: RunLocator,
    runId: string,
    after: Cursor,
    limit: number,
  ): Promise<ReadResult | null> {
    const { itself, log } = keys.run(conversationId, runId);
    const reply = await script(readLogScript, [itself, log], [after.epoch ?? "", after.seq, limit]);
    if (reply.length === 0) return null;
    if (textAt(reply, 0) === "gone") return { gone: true };
    const { head, stop } = decodeAnswer([...reply.slice(0, 2), ...reply.slice(3, 5)], runId);
    const expected = Math.min(limit, head - after.seq);
    return {
      entries: decodeEntries(listAt(reply, 5), runId, after.seq, expected),
      head,
      // Cast: written by the scripts alone; the run's own record is checked.
      status: textAt(reply, 2) as RunStatus,
      ...(stop && { stop }),
      ...leaseLeftOf(textAt(reply, 6)),
    };
  }

  async function snapshotOf({ conversationId }: RunLocator, runId: string): Promise<RunSnapshot | null> {
    const { itself, log, fold } = keys.run(conversationId, runId);
    const reply = await script(
      snapshotScript,
      [itself, log, fold, keys.conversation(conversationId).itself],
      [],
    );
    return reply.length === 0 ? null : decodeSnapshot(reply);
  }

  const run = (runId: string) => locators.withLocator(runId, (place) => runOf(place, runId));
  const read = (runId: string, after: Cursor, limit: number) =>
    locators.withLocator(runId, (place) => readOf(place, runId, after, limit));

  return {
    runOf,
    run: singleFlight(run, (runId) => runId),
    // All viewers of a run wake at the same ring and stand at the same place: one of them asks.
    read: singleFlight(read, (runId, { epoch, seq }, limit) => `${runId} ${epoch ?? ""} ${seq} ${limit}`),
    snapshot: (runId: string) => locators.withLocator(runId, (place) => snapshotOf(place, runId)),
  };
}

const leaseLeftOf = (text: string) => (text === "" ? {} : { leaseLeft: Number(text) });

/** A run, its newest fold's seq and JSON, and the entries after it. */
export function decodeSnapshot(reply: Reply): RunSnapshot {
  const run = decodeRun(listAt(reply, 0));
  const fold = decodeStoredFold(textAt(reply, 1), textAt(reply, 2), run.runId);
  const after = fold?.seq ?? 0;
  const entries = decodeEntries(listAt(reply, 3), run.runId, after, run.head - after);
  return { run, ...(fold && { fold }), entries };
}
