import { createBodyParser } from "./body-parser.ts";
import type { ByteStream } from "./byte-stream.ts";
import { createCoalescingQueue } from "./coalescing-queue.ts";
import type { IdleWatchdog } from "./idle-watchdog.ts";
import type { ModelPart } from "./model.ts";
import { ModelError } from "./model-error.ts";
import type { AnswerReader } from "./provider-wire.ts";

export interface AnswerContext {
  /** `host:port` of the endpoint. */
  host: string;
  reader: AnswerReader;
  /** Armed for the first frame by whoever sent the request. */
  watchdog: IdleWatchdog;
  /** From one byte to the next, as long as the model has written nothing: at least `idleMs`. */
  firstByteMs: number;
  /** From one byte to the next. */
  idleMs: number;
  /** Of all that the model wrote. */
  maxCharacters: number;
  /** How long deltas are coalesced, ms. */
  coalesceMs: number;
  signal: AbortSignal;
}

/** After a finish reason only usage is to come, after the stream's own end only the connection's. */
const maxIdleAfterFinishMs = 5000;
const maxIdleAfterDoneMs = 50;
/** With more than this read while nobody asks, the provider's socket is left to buffer. */
const maxReadAheadBytes = 256 * 1024;
/** Characters: one frame may hold a whole answer, some of it escaped, or an image that nobody shows. */
const minFrameLength = 24 * 1024 * 1024;
const escapedLength = 2;

/** The parts of one answer, in lists of those that are ready at one time. */
export interface AnswerParts {
  /** Undefined at the end. Rejects with a `ModelError`, after all that came before the fault. */
  next(): Promise<readonly ModelPart[] | undefined>;
}

/**
 * Reads the body of a response to its end. Reads ahead of whoever asks, by a bounded number of bytes. The
 * first delta of each text is ready at once, more of it is coalesced: all that follows costs by the part, and
 * a model sends a delta for every few letters.
 */
export function readAnswer(bytes: ByteStream, context: AnswerContext): AnswerParts {
  const { host, reader, watchdog, firstByteMs, idleMs, maxCharacters } = context;
  const maxFrameLength = Math.max(minFrameLength, maxCharacters * escapedLength);
  const parser = createBodyParser({ host, reader, maxFrameLength, onFrame: watchdog.touch });
  const queue = createCoalescingQueue(context.coalesceMs);
  let length = 0;
  let aheadBytes = 0;
  let isPaused = false;

  function armWatchdog(): void {
    if (reader.isDone) watchdog.arm(maxIdleAfterDoneMs);
    else if (!reader.isFinished || reader.isProvisional)
      // A comment says that the model is still to begin: it has as long for that as without one.
      watchdog.arm(length === 0 ? Math.max(firstByteMs, idleMs) : idleMs);
    else watchdog.arm(Math.min(idleMs, maxIdleAfterFinishMs));
  }

  function read(chunk: Uint8Array, parts: ModelPart[]): void {
    try {
      parser.push(chunk, parts);
    } catch (error) {
      // What was held back is kept on every failure.
      parser.end(parts, true);
      throw error;
    }
    limitLength(parts);
  }

  function limitLength(parts: readonly ModelPart[]): void {
    for (const part of parts) if ("delta" in part) length += part.delta.length;
    if (length > maxCharacters) throw answerTooLong(host, maxCharacters);
  }

  function write(chunk: Uint8Array): void {
    if (queue.isEnded) return;
    // Whatever came, a comment too: the provider is there.
    watchdog.disarm();
    queue.push((parts) => read(chunk, parts));
    if (queue.isEnded) return bytes.close();
    aheadBytes += chunk.byteLength;
    if (queue.hasWaiter || aheadBytes <= maxReadAheadBytes) return armWatchdog();
    isPaused = true;
    // The provider is not silent: it is not listened to.
    watchdog.disarm();
    bytes.pause();
  }

  function end(error?: Error): void {
    const failure = failureOf(context, error);
    queue.end((parts) => {
      parser.end(parts, failure !== undefined);
      if (failure) throw failure;
      limitLength(parts);
    });
  }

  bytes.read({ write, end });

  return {
    async next() {
      aheadBytes = 0;
      if (isPaused) {
        isPaused = false;
        bytes.resume();
        armWatchdog();
      }
      return queue.next();
    },
  };
}

/** What the end of a connection means; nothing if the answer was complete, or simply ends. */
function failureOf({ host, reader, watchdog, signal }: AnswerContext, error?: Error): Error | undefined {
  if (signal.aborted) return error;
  // A finish reason that came along with text may be one of many.
  if ((reader.isFinished && !reader.isProvisional) || reader.isDone) return undefined;
  // A body without a length that we closed ourselves looks like one that ended.
  return watchdog.error ?? (error && connectionLost(host, error));
}

const answerTooLong = (host: string, max: number): ModelError =>
  new ModelError("limit-reached", `${host} wrote more than ${max} characters, which is the limit.`, {
    retryable: false,
    facts: { host, reason: "size" },
  });

const connectionLost = (host: string, error: Error): ModelError =>
  new ModelError("cut-off", `The connection to ${host} broke in the middle of the answer.`, {
    retryable: true,
    cause: new Error(error.message),
    facts: { host },
  });
