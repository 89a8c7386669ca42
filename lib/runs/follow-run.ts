import { createLatch, type Latch } from "../async/latch.ts";
import type { Cursor } from "../protocol/cursor.ts";
import type { LogEntry } from "../protocol/log-entry.ts";
import { isEnded } from "../protocol/run-status.ts";
import { encodeComment, encodeFrame } from "../protocol/sse.ts";
import type { ReadResult } from "../storage/run-store.ts";
import { StorageError } from "../storage/storage-error.ts";
import type { Durability } from "./live-runs.ts";
import type { RunContext } from "./run-context.ts";

/** Silence after which a reader is told that the line is alive. */
const silenceMs = 10_000;
/**
 * Entries a read: the first, and the others by how long they were so far: one chunk of the stream, and what a
 * reader that stops reading may hold. Two sizes only, so that readers at the same place ask the same and
 * share the answer.
 */
const batches = { first: 32, short: 256, long: 16 } as const;
/** Characters of an entry on average, from which on it is long. */
const longEntry = 1024;

/** `over`: nothing after the cursor, and nothing will come. `gone`: the reader must take the snapshot. */
export type Follow =
  | { kind: "over" }
  | { kind: "gone" }
  | { kind: "not-found" }
  | { kind: "stream"; frames(signal: AbortSignal): AsyncGenerator<string> };

/**
 * The one way to see a run: everything after the cursor, then live, until its terminal event. First view,
 * reload, second tab and other process are the same call: it does not know whether the run is live, nor who
 * writes it.
 */
export async function followRun(context: RunContext, runId: string, after: Cursor): Promise<Follow> {
  const first = await context.storage.runs.read(runId, after, 1);
  if (!first) return { kind: "not-found" };
  if (first.gone) return { kind: "gone" };
  if (isComplete(first, after.seq)) return { kind: "over" };
  return { kind: "stream", frames: (signal) => tail(context, runId, after, signal) };
}

type Entries = Extract<ReadResult, { gone?: undefined }>;

const isComplete = ({ status, head }: Entries, seq: number): boolean => isEnded(status) && seq >= head;

async function* tail(
  context: RunContext,
  runId: string,
  after: Cursor,
  signal: AbortSignal,
): AsyncGenerator<string> {
  const left = new AbortController();
  // Listening begins before the first read: a ring between the two is heard.
  const ears = listen(context, runId, AbortSignal.any([left.signal, signal]));
  const teller = createTeller();
  let cursor = after;
  let limit: number = batches.first;
  // One generator for all that every event passes: a nested one would cost each of them several turns.
  try {
    yield `retry: ${500 + Math.floor(context.random() * 2000)}\n${encodeComment("open")}`;
    while (!ears.isClosed) {
      const wanted = { context, runId, cursor, limit };
      let read = await tryRead(wanted);
      if (read instanceof StorageError) read = yield* patientRead(wanted, teller, signal);
      if (!read || read.gone) return;
      const shown =
        read.entries.map((entry) => encodeEntry(runId, entry)).join("") +
        teller.tell(savingOf(context, runId, read));
      if (shown !== "") yield shown;
      cursor = lastOf(read.entries, cursor);
      limit = nextLimit(read.entries, limit);
      if (isComplete(read, cursor.seq)) return;
      if (cursor.seq < read.head) continue;
      const woken = await ears.wait(silenceMs);
      if (ears.isClosed) return;
      // A read may take its time then, or fail.
      const isDelayed = context.live.get(runId)?.saving === "delayed";
      const told =
        (isDelayed ? teller.tell("delayed") : "") + (woken ? "" : encodeComment(`hb ${read.head}`));
      if (told !== "") yield told;
    }
  } finally {
    left.abort();
  }
}

function nextLimit(entries: readonly LogEntry[], limit: number): number {
  if (entries.length === 0) return limit;
  const characters = entries.reduce((sum, { json }) => sum + json.length, 0);
  return characters / entries.length < longEntry ? batches.short : batches.long;
}

/** What a reader was told last of how saving goes: it is told what changes. */
interface Teller {
  /** The comment, or nothing. */
  tell(saving: Durability): string;
}

function createTeller(): Teller {
  let said: Durability = "ok";
  return {
    tell(saving) {
      if (saving === said) return "";
      said = saving;
      return encodeComment(saving === "ok" ? "saved" : saving);
    },
  };
}

/**
 * The owner's word where it is here. Nobody's for longer than a takeover needs: it fell silent (protocol
 * 5.1), and nobody can write.
 */
function savingOf(
  { live, leaseMs }: RunContext,
  runId: string,
  { status, leaseLeft = 0 }: Entries,
): Durability {
  if (isEnded(status)) return "ok";
  const here = live.get(runId);
  if (here) return here.saving;
  return leaseLeft < -leaseMs / 2 ? "unsaved" : "ok";
}

interface Wanted {
  context: RunContext;
  runId: string;
  cursor: Cursor;
  limit: number;
}

/** What the store fails with is an answer too. */
async function tryRead({ context, runId, cursor, limit }: Wanted): Promise<ReadResult | null | StorageError> {
  try {
    return await context.storage.runs.read(runId, cursor, limit);
  } catch (error) {
    if (error instanceof StorageError) return error;
    throw error;
  }
}

/**
 * A read that waits for a store that is away, and tells the reader so: as long as an owner would, saving is
 * delayed, then it has stopped. Null when nobody reads any more. Throws when the store stays away: another
 * server may have one.
 */
async function* patientRead(
  wanted: Wanted,
  teller: Teller,
  signal: AbortSignal,
): AsyncGenerator<string, ReadResult | null> {
  const { clock, leaseMs } = wanted.context;
  const since = clock.now();
  let spokenAt = since;
  while (!signal.aborted) {
    const read = await tryRead(wanted);
    if (!(read instanceof StorageError)) return read;
    const awayMs = clock.now() - since;
    const told = teller.tell(awayMs > leaseMs * 2 ? "unsaved" : "delayed");
    if (told !== "") yield told;
    if (awayMs > leaseMs * 4) throw read;
    if (clock.now() - spokenAt >= silenceMs) {
      spokenAt = clock.now();
      yield encodeComment(`hb ${wanted.cursor.seq}`);
    }
    await clock.sleep(Math.min(500, leaseMs / 4), signal);
  }
  return null;
}

function listen(context: RunContext, runId: string, signal: AbortSignal): Latch {
  const ears = createLatch();
  if (signal.aborted) ears.close();
  signal.addEventListener("abort", ears.close, { once: true });
  context.live.onSaving(runId, ears.ring, signal);
  void (async () => {
    for await (const _ of context.storage.runs.bell(runId, signal)) ears.ring();
  })();
  return ears;
}

const encodeEntry = (runId: string, { epoch, seq, json }: LogEntry): string =>
  encodeFrame(`${runId}:${epoch}:${seq}`, json);

const lastOf = (entries: readonly LogEntry[], cursor: Cursor): Cursor => {
  const last = entries.at(-1);
  return last ? { epoch: last.epoch, seq: last.seq } : cursor;
};
