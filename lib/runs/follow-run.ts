/**
 * The reading side of a run. This file owns the cursor of one stream, when the store is read, and what the
 * stream is told beside the log. It does not own the wire (lib/wire), and it knows neither who writes a run
 * nor whether anybody does.
 *
 * 1. Durable before visible: only what a read gave is encoded (protocol 5.2).
 * 2. Each event once, in order: a read begins behind the last entry that was encoded and names its epoch,
 *    so a store that lost its tail is found out (3.2).
 * 3. A notification is a hint to read and never content: a repeated one costs a read, a lost one at most
 *    `heartbeatMs`, because a read follows each heartbeat.
 * 4. Nothing is read ahead: the next read begins when the chunk before has been taken (2.3).
 * 5. A stream ends with the terminal event, or its encoder is told why it ends without.
 * 6. Of all streams that read what has been there for long, one reads in a turn of the event loop: a crowd of
 *    them keeps nobody else waiting.
 */
import { createLatch, type Latch } from "../async/latch.ts";
import { createTurnstile } from "../async/turnstile.ts";
import type { Cursor } from "../protocol/cursor.ts";
import type { Durability } from "../protocol/durability.ts";
import { heartbeatMs } from "../protocol/limits.ts";
import type { LogEntry } from "../protocol/log-entry.ts";
import { isEnded } from "../protocol/run-status.ts";
import { isLostStore, isPassing } from "../storage/is-passing.ts";
import type { HolderDurability, ReadResult, RunMeta } from "../storage/run-store.ts";
import { StorageError } from "../storage/storage-error.ts";
import type { Encoder, StreamEnd } from "../wire/encoder.ts";
import type { RunContext } from "./run-context.ts";

/**
 * Entries a read, which are one chunk of the stream and what a reader that stops reading may hold: of the
 * first read, and of the next ones by how long the entries were so far. Few sizes only, so that readers with
 * the same cursor make the same request and can share its reply.
 */
export const batchSizes = { first: 32, short: 256, long: 8 } as const;
/** Characters; entries that are longer than this on average are read in small batches. */
const minLongEntry = 1024;

/** 6. */
const replayTurn = createTurnstile();

export type FollowContext = Pick<RunContext, "storage" | "clock" | "leaseMs" | "live">;

/**
 * `ended`: there is nothing after the cursor, and nothing will come. `gone`: the log cannot be continued from
 * this cursor, so the reader has to take the snapshot.
 */
export type RunStream =
  | { kind: "ended" }
  | { kind: "gone" }
  | { kind: "not-found" }
  /** `signal` ends it, also for a reader that never asks for its next chunk. */
  | { kind: "stream"; chunks(signal: AbortSignal): AsyncGenerator<string> };

/**
 * The one way to see a run: everything after the cursor, then live, until the terminal event. First view,
 * reload, second tab and another process make the same call. Its one read decides what the answer is, and is
 * the first of the stream. `encoder` is for this stream alone. `given`: that read, where it was made
 * already (`openRun`), or is known (`unreadLog`). Throws `StorageError`.
 */
export async function followRun(
  context: FollowContext,
  runId: string,
  after: Cursor,
  encoder: Encoder,
  given?: ReadResult,
): Promise<RunStream> {
  const first = given ?? (await context.storage.runs.read(runId, after, batchSizes.first));
  if (!first) return { kind: "not-found" };
  if (first.gone) return { kind: "gone" };
  if (isComplete(first, after.seq)) return { kind: "ended" };
  const stream: Stream = {
    ...{ context, runId, after, encoder },
    first: { ...first },
    wasAbandoned: isAbandoned(first, context),
  };
  return { kind: "stream", chunks: (signal) => tail(stream, signal) };
}

type LogRead = Extract<ReadResult, { gone?: undefined }>;

/** What is known of a run's log before it is read: a stream from its beginning opens with it. */
export const unreadLog = ({ head, status }: Pick<RunMeta, "head" | "status">): ReadResult => ({
  entries: [],
  head,
  status,
});

const isComplete = ({ status, head }: LogRead, seq: number): boolean => isEnded(status) && seq >= head;

interface Stream {
  context: FollowContext;
  runId: string;
  after: Cursor;
  encoder: Encoder;
  first: LogRead;
  wasAbandoned: boolean;
}

/** One generator for all that every event passes: a nested one would cost each of them several turns. */
async function* tail(stream: Stream, signal: AbortSignal): AsyncGenerator<string> {
  const { context, runId, encoder, wasAbandoned } = stream;
  const changes = subscribe(context, runId, signal);
  const status = statusReporter(encoder);
  let request: ReadRequest = { context, runId, cursor: stream.after, limit: batchSizes.first };
  let read = stream.first;
  let text = encoder.open();
  try {
    for (;;) {
      text += encodeRead(encoder, read) + status.report(durabilityOf(read, changes, context));
      request = requestAfter(request, read);
      if (text !== "") yield text;
      if (isComplete(read, request.cursor.seq)) return yield* closing(encoder, "ended");
      if (request.cursor.seq >= read.head) {
        // Whoever asks anew is told in words.
        if (context.live.unwritable.has(runId, context.clock.now()))
          return yield* closing(encoder, "damaged");
        if (isAbandoned(read, context) && !wasAbandoned) return yield* closing(encoder, "abandoned");
        const isNotified = await changes.wait(heartbeatMs);
        if (changes.isClosed) return yield* closing(encoder, "closed");
        // Told before the read, which may take its time now, or fail.
        text = changes.durability === "delayed" ? status.report("delayed") : "";
        if (!isNotified) text += encoder.heartbeat(read.head);
        if (text !== "") yield text;
      } else await replayTurn();
      if (changes.isClosed) return yield* closing(encoder, "closed");
      let next = await attemptRead(request);
      // It would say the same again: whoever asks anew is told in words.
      if (next instanceof StorageError && !isPassing(next))
        return yield* closingUnread(encoder, status, next);
      if (next instanceof StorageError)
        next = yield* retryRead(request, { encoder, changes, status, signal });
      if (!next || next.gone) return yield* closing(encoder, changes.isClosed ? "closed" : "gone");
      read = next;
      text = "";
    }
  } finally {
    changes.close();
  }
}

function* closing(encoder: Encoder, end: StreamEnd): Generator<string> {
  const text = encoder.close(end);
  if (text !== "") yield text;
}

/** The end of a stream whose run can be read no more; of a store that is lost, once that was told. */
function* closingUnread(encoder: Encoder, status: StatusReporter, error: StorageError): Generator<string> {
  if (!isLostStore(error)) return yield* closing(encoder, "damaged");
  const text = status.report("stopped");
  if (text !== "") yield text;
  yield* closing(encoder, "unavailable");
}

interface ReadRequest {
  context: FollowContext;
  runId: string;
  cursor: Cursor;
  limit: number;
}

const encodeRead = (encoder: Encoder, { entries }: LogRead): string => encoder.entries(entries);

const noEntries: readonly LogEntry[] = [];

/**
 * Empties the read, which is encoded: a reader that stops holds its chunk, and not what that was made of. The
 * generator itself never touches the entries, for it would keep them while it waits.
 */
function requestAfter(request: ReadRequest, read: LogRead): ReadRequest {
  const { entries } = read;
  read.entries = noEntries;
  const last = entries.at(-1);
  if (!last) return request;
  const characters = entries.reduce((sum, { json }) => sum + json.length, 0);
  const isShort = characters / entries.length < minLongEntry;
  return {
    ...request,
    cursor: { epoch: last.epoch, seq: last.seq },
    limit: isShort ? batchSizes.short : batchSizes.long,
  };
}

/** What the reader was told last of durability: it is told what changes. */
interface StatusReporter {
  /** The text for the reader; "" if it has not changed. */
  report(status: Durability): string;
}

function statusReporter(encoder: Encoder): StatusReporter {
  let reported: Durability = "ok";
  return {
    report(status) {
      if (status === reported) return "";
      reported = status;
      return encoder.durability(status);
    },
  };
}

/**
 * As the holder says, where it is in this process. A lease that lapsed half a lease ago or more, by when
 * another process would have taken the run over, says that there is no holder and that none of them can
 * write.
 */
function durabilityOf(
  { status, leaseLeft = 0 }: LogRead,
  { durability }: Changes,
  { leaseMs }: FollowContext,
): Durability {
  if (isEnded(status)) return "ok";
  return durability ?? (leaseLeft < -leaseMs / 2 ? "stopped" : "ok");
}

/**
 * The run has had no holder for so long that no sweep seems to find it. Whoever asks for it anew takes it
 * over (protocol 5.4), and so may this stream's reader, once.
 */
const isAbandoned = (read: ReadResult, { leaseMs }: FollowContext): boolean =>
  !read.gone && (read.leaseLeft ?? 0) < -leaseMs * 2;

/** A store that fails is an answer too. */
async function attemptRead({
  context,
  runId,
  cursor,
  limit,
}: ReadRequest): Promise<ReadResult | null | StorageError> {
  try {
    const read = await context.storage.runs.read(runId, cursor, limit);
    // Readers may share it.
    return read && (read.gone ? read : { ...read });
  } catch (error) {
    if (error instanceof StorageError) return error;
    throw error;
  }
}

interface RetryContext {
  encoder: Encoder;
  changes: Changes;
  status: StatusReporter;
  signal: AbortSignal;
}

/**
 * Reads until the store answers, and tells the reader that it waits: as long as a holder would wait, saving
 * is delayed, then it has stopped. Null once the stream is closed. Throws the `StorageError` of a store
 * that stays away: another server may have one.
 */
async function* retryRead(
  request: ReadRequest,
  { encoder, changes, status, signal }: RetryContext,
): AsyncGenerator<string, ReadResult | null> {
  const { clock, leaseMs } = request.context;
  const since = clock.now();
  let heartbeatAt = since;
  while (!changes.isClosed) {
    const read = await attemptRead(request);
    if (!(read instanceof StorageError)) return read;
    if (!isPassing(read)) {
      yield* closingUnread(encoder, status, read);
      return null;
    }
    const awayMs = clock.now() - since;
    let text = status.report(awayMs > leaseMs * 2 ? "stopped" : "delayed");
    if (clock.now() - heartbeatAt >= heartbeatMs) {
      heartbeatAt = clock.now();
      text += encoder.heartbeat(request.cursor.seq);
    }
    if (text !== "") yield text;
    if (awayMs > leaseMs * 4) {
      yield* closing(encoder, "unavailable");
      throw read;
    }
    await clock.sleep(Math.min(500, leaseMs / 4), signal);
  }
  return null;
}

/** What is told of the run besides what is read. */
interface Changes extends Pick<Latch, "wait" | "close" | "isClosed"> {
  readonly durability: HolderDurability | undefined;
}

/** Ends by `close`, or by the signal for a reader that never asks for its next chunk. */
function subscribe({ storage }: FollowContext, runId: string, signal: AbortSignal): Changes {
  const latch = createLatch();
  const subscription = storage.runs.subscribe(runId, latch);
  // What happened between the first read and now was told to nobody.
  latch.set();
  function close(): void {
    signal.removeEventListener("abort", close);
    subscription.unsubscribe();
    latch.close();
  }
  signal.addEventListener("abort", close);
  if (signal.aborted) close();
  return {
    wait: latch.wait,
    close,
    get isClosed() {
      return latch.isClosed;
    },
    get durability() {
      return subscription.durability;
    },
  };
}
