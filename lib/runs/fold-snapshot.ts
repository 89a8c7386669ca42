import { decodeEvent } from "../protocol/decode-event.ts";
import { fold } from "../protocol/fold.ts";
import { emptyRun, type RunState } from "../protocol/run-state.ts";
import type { RunSnapshot } from "../storage/run-store.ts";

/** A run as far as the store has it: the newest stored fold, and what was written after it. */
export const foldSnapshot = ({ run, fold: checkpoint, entries }: RunSnapshot): RunState =>
  entries.reduce((state, { json }) => fold(state, decodeEvent(json)), checkpoint ?? emptyRun(run.runId));
