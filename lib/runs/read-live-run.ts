import type { Cursor } from "../protocol/cursor.ts";
import { decodeEvent } from "../protocol/decode-event.ts";
import { progressOf } from "../protocol/fold-workflow.ts";
import type { LogEntry } from "../protocol/log-entry.ts";
import type { RunProgress } from "../protocol/workflow-state.ts";
import type { RunMeta, RunStore } from "../storage/run-store.ts";
import { awaitedEvents } from "./awaited-events.ts";
import { foldSnapshot } from "./fold-snapshot.ts";

/** A run as a list shows it. */
export interface ListedRun {
  run: RunMeta;
  progress?: RunProgress;
  /** The names of the events that it waits for. */
  awaits: readonly string[];
}

type KnownRun = Omit<ListedRun, "run"> & { cursor: Cursor };

/** Of the runs of each store that pages asked for last, what is known of them as of an event. */
const knownRuns = new WeakMap<RunStore, Map<string, KnownRun>>();
const maxKnownRuns = 1000;

/** More new events than this are not read one by one. */
const maxNewEvents = 500;

/**
 * How far a run is. Pages ask every few seconds: only its new events are read, and the whole of it where it
 * is asked for first, or what it waits for may have changed. Undefined: no run of this user.
 */
export async function readLiveRun(
  runs: RunStore,
  runId: string,
  userId: string,
): Promise<ListedRun | undefined> {
  const known = knownRuns.get(runs)?.get(runId);
  const opened = known && (await runs.open(runId, userId, known.cursor, maxNewEvents));
  if (opened === null) return undefined;
  if (!known || !opened || opened.read.gone || opened.read.entries.length === maxNewEvents)
    return readWhole(runs, runId, userId);
  const { run, read } = opened;
  if (read.entries.some(mayChangeWaits)) return readWhole(runs, runId, userId);
  const last = read.entries.at(-1);
  const progress = newestProgress(read.entries) ?? known.progress;
  const { awaits } = known;
  const cursor = last ? { epoch: last.epoch, seq: last.seq } : known.cursor;
  keepKnown(runs, runId, { cursor, awaits, ...(progress && { progress }) });
  return { run, awaits, ...(progress && { progress }) };
}

async function readWhole(runs: RunStore, runId: string, userId: string): Promise<ListedRun | undefined> {
  const snapshot = await runs.snapshot(runId);
  if (snapshot?.run.userId !== userId) return undefined;
  const state = foldSnapshot(snapshot);
  const { progress, epoch, seq } = state;
  const awaits = awaitedEvents(state);
  keepKnown(runs, runId, {
    cursor: { seq, ...(seq > 0 && { epoch }) },
    awaits,
    ...(progress && { progress }),
  });
  return { run: snapshot.run, awaits, ...(progress && { progress }) };
}

function keepKnown(runs: RunStore, runId: string, facts: KnownRun): void {
  const ofStore = knownRuns.get(runs) ?? new Map<string, KnownRun>();
  knownRuns.set(runs, ofStore);
  ofStore.delete(runId);
  ofStore.set(runId, facts);
  const [oldest] = ofStore.keys();
  if (ofStore.size > maxKnownRuns && oldest !== undefined) ofStore.delete(oldest);
}

/** A question, its answer, or an attempt that is gone with its questions. Texts may say so too. */
const mayChangeWaits = ({ json }: LogEntry): boolean => /"type":"(tool-approval-|reset-step)/.test(json);

function newestProgress(entries: readonly LogEntry[]): RunProgress | undefined {
  for (const { json } of entries.toReversed()) {
    const event = json.includes('"type":"progress"') ? decodeEvent(json) : undefined;
    if (event?.type === "progress") return progressOf(event);
  }
  return undefined;
}
