import { decodeEvent } from "../protocol/decode-event.ts";
import { fold } from "../protocol/fold.ts";
import { plainModel } from "../protocol/own-key-model.ts";
import { emptyRun, type RunState } from "../protocol/run-state.ts";
import { isUnreadable } from "../storage/core/unreadable.ts";
import type { RunMeta, RunStore } from "../storage/run-store.ts";
import { StorageError } from "../storage/storage-error.ts";
import { foldSnapshot } from "./fold-snapshot.ts";
import { retryPassing, within } from "./retry-passing.ts";
import type { RunContext } from "./run-context.ts";

export interface ReadState {
  state: RunState;
  /** A part of the log cannot be read: `state` is what stands before it, numbered as the newest event. */
  damage?: StorageError;
}

/** Events a read, where the log is read from its beginning. */
const eventsARead = 256;

/** Where a claimed run stands. Waits for a store that is away as a holder would, unless the signal aborts. */
export async function readState(
  { clock, leaseMs, storage: { runs } }: Pick<RunContext, "clock" | "leaseMs" | "storage">,
  run: RunMeta,
  signal: AbortSignal,
): Promise<ReadState> {
  const { runId, head } = run;
  if (head === 0) return { state: emptyRun(runId) };
  const options = { clock, signal, mayWait: within(leaseMs * 2, clock) };
  try {
    const snapshot = await retryPassing(() => runs.snapshot(runId), options);
    return { state: snapshot ? foldSnapshot(snapshot) : emptyRun(runId) };
  } catch (error) {
    if (!(error instanceof StorageError && isUnreadable(error))) throw error;
    // The fold may be what cannot be read: the log is enough.
    const state = await readableBeginning(runs, run);
    if (state.seq === head) return { state };
    if (error.code !== "damaged") throw error;
    return { state: { ...state, seq: head }, damage: error };
  }
}

async function readableBeginning(runs: RunStore, run: RunMeta): Promise<RunState> {
  let state = begunState(run);
  for (let limit = eventsARead; limit >= 1 && state.seq < run.head; ) {
    // What stands before the damaged event can be read in smaller pieces.
    const read = await runs.read(run.runId, { seq: state.seq }, limit).catch(() => undefined);
    if (read?.gone || read === null || read?.entries.length === 0) return state;
    if (read) state = read.entries.reduce((folded, { json }) => fold(folded, decodeEvent(json)), state);
    else limit = Math.floor(limit / 2);
  }
  return state;
}

/** What is known of it without its log. */
function begunState(run: RunMeta): RunState {
  const { runId, epoch, conversationId, messageId, userMessageId, parentRunId, agent, createdAt } = run;
  const ids = { conversationId, messageId, userMessageId, ...(parentRunId !== undefined && { parentRunId }) };
  return {
    ...emptyRun(runId),
    ...ids,
    epoch,
    agent,
    model: plainModel(run.model ?? ""),
    startedAt: createdAt,
  };
}
