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
  idleMs: number;
  maxBytes: number;
  /** How long deltas are coalesced, ms. */
  coalesceMs: number;
  signal: AbortSignal;
}

/** After a finish reason only usage is to come, after the stream's own end only the connection's. */
const maxIdleAfterFinishMs = 5000;
const maxIdleAfterDoneMs = 50;
/** With more than this read while nobody asks, the provider's socket is left to buffer. */
const maxReadAheadBytes = 256 * 1024;

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
  const { host, reader, watchdog, idleMs, maxBytes } = context;
  const parser = createBodyParser({ host, reader, onFrame: watchdog.touch });
  const queue = createCoalescingQueue(context.coalesceMs);
  let totalBytes = 0;
  let aheadBytes = 0;
  let isPaused = false;

  function armWatchdog(): void {
    if (reader.isDone) watchdog.arm(maxIdleAfterDoneMs);
    else watchdog.arm(reader.isFinished ? Math.min(idleMs, maxIdleAfterFinishMs) : idleMs);
  }

  function write(chunk: Uint8Array): void {
    if (queue.isEnded) return;
    queue.push((parts) => {
      totalBytes += chunk.byteLength;
      if (totalBytes > maxBytes) throw answerTooLarge(host, maxBytes);
      parser.push(chunk, parts);
    });
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
      if (failure) throw failure;
      parser.end(parts);
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
  if (reader.isFinished || reader.isDone) return undefined;
  // A body without a length that we closed ourselves looks like one that ended.
  return watchdog.error ?? (error && connectionLost(host, error));
}

const answerTooLarge = (host: string, maxBytes: number): ModelError =>
  new ModelError("limit-reached", `${host} sent more than ${maxBytes} bytes, which is the limit.`, {
    retryable: false,
    facts: { host, reason: "size" },
  });

const connectionLost = (host: string, error: Error): ModelError =>
  new ModelError("cut-off", `The connection to ${host} broke in the middle of the answer.`, {
    retryable: true,
    cause: new Error(error.message),
    facts: { host },
  });
