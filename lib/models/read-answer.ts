import type { ErrorReason } from "../protocol/codes.ts";
import { createSseDecoder, type SseItem } from "../wire/sse-decoder.ts";
import { type ChatChunk, chatChunk, plainTextOf } from "./chat-chunk.ts";
import type { ChatParts } from "./chat-parts.ts";
import type { Chunks } from "./chunks.ts";
import { createCoalescingQueue } from "./coalescing-queue.ts";
import { ModelError, type ModelPart } from "./model.ts";
import { type Asked, providerError } from "./provider-error.ts";
import type { Silence } from "./silence.ts";
import { createTextFrames } from "./text-frames.ts";

export interface AnswerContext {
  asked: Asked;
  parts: ChatParts;
  /** Armed for the first frame by whoever opened the connection. */
  silence: Silence;
  idleMs: number;
  /** How long deltas are coalesced, ms. */
  coalesceMs: number;
  maxBytes: number;
  signal: AbortSignal;
}

/**
 * After a finish reason only usage is to come, after `[DONE]` only the end that lets the connection be used
 * again.
 */
const afterFinishMs = 5000;
const afterDoneMs = 50;
/** More than this read while nobody asks, and the provider's socket is left to buffer. */
const mostAhead = 256 * 1024;

/** The parts of one answer, by what goes on together. */
export interface Answer {
  /** Undefined at the end. Throws `ModelError`, after all that came before the fault. */
  next(): Promise<readonly ModelPart[] | undefined>;
}

/**
 * Reads a streamed chat completion to its end; `finish` is the last part, if there was a finish reason. Also
 * takes one whole JSON answer, which some gateways give to a streaming request. The first text of each kind
 * goes on at once, more of it gathers: what follows costs by the part, and a model sends one for every few
 * letters.
 */
export function readAnswer(chunks: Chunks, context: AnswerContext): Answer {
  const { parts, silence, idleMs, coalesceMs } = context;
  const frames = createFrames(context);
  const queue = createCoalescingQueue(coalesceMs);
  let bytes = 0;
  let ahead = 0;
  let isPaused = false;

  function take(chunk: Uint8Array, found: ModelPart[]): void {
    bytes += chunk.byteLength;
    if (bytes > context.maxBytes) throw tooLarge(context.asked.host, context.maxBytes);
    frames.read(chunk, found);
  }

  function expect(): void {
    silence.expect(frames.done ? afterDoneMs : parts.finished ? Math.min(idleMs, afterFinishMs) : idleMs);
  }

  chunks.read({
    chunk(chunk) {
      if (queue.isEnded) return;
      queue.push((found) => take(chunk, found));
      if (queue.isEnded) return chunks.close();
      ahead += chunk.byteLength;
      if (queue.hasWaiter || ahead <= mostAhead) return expect();
      // A wait for nobody's words must not be held against the provider.
      isPaused = true;
      silence.heard();
      chunks.pause();
    },
    end(error) {
      const failure = failureOf(context, frames, error);
      queue.end((found) => {
        if (failure) throw failure;
        frames.end(found);
        found.push(...parts.end());
      });
    },
  });

  return {
    async next() {
      ahead = 0;
      if (isPaused) {
        isPaused = false;
        chunks.resume();
        expect();
      }
      return queue.next();
    },
  };
}

/** What the end of a connection means; nothing if the answer was complete, or simply ends. */
function failureOf(
  { parts, signal, ...context }: AnswerContext,
  { done }: Frames,
  error: Error | undefined,
): Error | undefined {
  if (signal.aborted) return error;
  if (parts.finished || done) return undefined;
  // A body without a length that we closed ourselves looks like one that ended.
  if (context.silence.broken) return context.silence.error();
  return error && tornError(context, error);
}

/** Both add what they find to a list, which keeps it if they throw. */
interface Frames {
  read(chunk: Uint8Array, found: ModelPart[]): void;
  end(found: ModelPart[]): void;
  readonly done: boolean;
}

/** Tells a stream of frames from a whole JSON body, and both from anything else, by how the body starts. */
function createFrames({ asked, parts, silence }: AnswerContext): Frames {
  const decoder = createSseDecoder();
  const utf8 = new TextDecoder();
  const textFrames = createTextFrames();
  let whole: string | undefined;
  let started = false;
  let done = false;

  function read(chunk: Uint8Array, found: ModelPart[]): void {
    if (!started) {
      const first = utf8.decode(chunk, { stream: true }).trimStart();
      started = first !== "";
      if (started && !canStart(first))
        throw badResponse(asked.host, "answered with something that is no stream", "page");
      if (first.startsWith("{")) whole = first;
      else items(decoder.push(chunk), found);
    } else if (whole !== undefined) whole += utf8.decode(chunk, { stream: true });
    else items(decoder.push(chunk), found);
  }

  function items(arrived: readonly SseItem[], found: ModelPart[]): void {
    for (const item of arrived) {
      if (item.kind !== "event" || done) continue;
      const text = item.data.trim();
      if (text === "") continue;
      // Only frames count as life: a server that sends nothing but comments is silent.
      silence.heard();
      if (text === "[DONE]") done = true;
      else found.push(...partsOf(text, item.event));
    }
  }

  function end(found: ModelPart[]): void {
    if (whole !== undefined) found.push(...parts.read(chunkOf(parse(whole, "message")), { isWhole: true }));
    else items(decoder.end().filter(isWhole), found);
  }

  function partsOf(text: string, event: string): ModelPart[] {
    const known = event === "message" ? textFrames.read(text) : undefined;
    if (known !== undefined) return parts.readText(known);
    const json = parse(text, event);
    const plain = plainTextOf(json);
    if (plain === undefined) return parts.read(chunkOf(json));
    textFrames.learn(text);
    return parts.readText(plain);
  }

  function parse(text: string, event: string): unknown {
    const json = parseJson(text);
    if (json === undefined) throw badResponse(asked.host, "sent a frame that is not JSON");
    const refusal = refusalOf(json, event);
    if (refusal) throw providerError(asked, refusal);
    return json;
  }

  function chunkOf(json: unknown): ChatChunk {
    const chunk = chatChunk.safeParse(json);
    if (!chunk.success) throw badResponse(asked.host, "sent a chunk that is no chat completion");
    return chunk.data;
  }

  return {
    read,
    end,
    get done() {
      return done;
    },
  };
}

/** A body may start with JSON, a comment or a field, of which the first chunk may hold one byte. */
const canStart = (text: string): boolean =>
  ["{", ":", "data", "event", "id", "retry"].some(
    (start) => text.startsWith(start) || start.startsWith(text),
  );

/** The last frame may lack its blank line; if it lacks more than that, the stream was cut inside it. */
const isWhole = (item: SseItem): boolean =>
  item.kind === "event" && (item.data.trim() === "[DONE]" || parseJson(item.data) !== undefined);

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** An error in place of a chunk: `event: error`, `{"error": …}` or vLLM's `{"object": "error"}`. */
function refusalOf(json: unknown, event: string): { status: number | undefined; body: string } | undefined {
  if (!isRecord(json)) return undefined;
  const error = json["error"] ?? (event === "error" || json["object"] === "error" ? json : undefined);
  if (error === undefined || error === null) return undefined;
  const numbers = isRecord(error) ? [error["status_code"], error["status"], error["code"]] : [];
  const status = numbers.map(Number).find((each) => each >= 400 && each < 600);
  return { status, body: JSON.stringify(error) };
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null;

const badResponse = (host: string, words: string, reason?: ErrorReason): ModelError =>
  new ModelError("bad-response", `${host} ${words}.`, { retryable: false, facts: { host, reason } });

const tooLarge = (host: string, maxBytes: number): ModelError =>
  new ModelError("limit-reached", `${host} sent more than ${maxBytes} bytes, which is the limit.`, {
    retryable: false,
    facts: { host, reason: "size" },
  });

function tornError({ asked }: Pick<AnswerContext, "asked">, error: Error): ModelError {
  return new ModelError("cut-off", `The connection to ${asked.host} broke in the middle of the answer.`, {
    retryable: true,
    cause: new Error(error.message),
    facts: { host: asked.host },
  });
}
