import type { ErrorCode, ErrorReason } from "../protocol/codes.ts";
import type { FinishReason, Usage } from "../protocol/run-event.ts";
import type { ModelRequest } from "./model-request.ts";

/**
 * What a model says, in the order it says it. Deltas of one text that arrive within `coalesceMs` are one
 * part, since every part is stored and shown by itself, and none is cut inside a surrogate pair: a model that
 * may cut there passes its texts through a `createSurrogateBuffer`. `index` numbers the tool calls of one
 * answer. `usage` may come more than once: the last report counts, reports are never added up. `finish` comes
 * last, and only if the provider gave a finish reason: a stream that ends without it was cut off.
 */
export type ModelPart =
  | { type: "text"; delta: string }
  | { type: "reasoning"; delta: string }
  | { type: "refusal"; delta: string }
  | { type: "tool-call-start"; index: number; toolCallId: string; toolName: string }
  | { type: "tool-call-delta"; index: number; delta: string }
  | { type: "usage"; usage: Usage }
  | { type: "finish"; reason: FinishReason };

export interface Model {
  /** The name sent to the provider and shown to people. */
  readonly id: string;
  /** True for the scripted model, which is labelled wherever it answers. */
  readonly demo: boolean;
  /**
   * One model request. Aborting `signal` closes the provider's connection and ends the iteration without an
   * error; leaving the loop closes it too. Throws `ModelError`.
   */
  stream(request: ModelRequest, signal: AbortSignal): AsyncIterable<ModelPart>;
}

/** Why a model request failed. */
export type ModelErrorCode = Exclude<ErrorCode, "unexpected">;

/** What an error is about, as far as it is known; the page puts it in its own words. */
export interface ErrorFacts {
  /** `host:port` of the endpoint. */
  host?: string | undefined;
  /** The HTTP status that the endpoint answered. */
  status?: number | undefined;
  /** Within the code. */
  reason?: ErrorReason | undefined;
  /** How long the endpoint asks us to wait. */
  retryAfterMs?: number | undefined;
}

/**
 * The provider's fault or the network's. `message` is for a person and holds no key, prompt or upstream body.
 */
export class ModelError extends Error {
  // By name: Next gives route handlers and instrumentation copies of this module of their own.
  static override [Symbol.hasInstance](value: unknown): boolean {
    return value instanceof Error && value.name === "ModelError";
  }

  readonly code: ModelErrorCode;
  readonly retryable: boolean;
  readonly facts: ErrorFacts;

  constructor(
    code: ModelErrorCode,
    message: string,
    options: { retryable: boolean; cause?: unknown; facts?: ErrorFacts },
  ) {
    super(message, { cause: options.cause });
    this.name = "ModelError";
    this.code = code;
    this.retryable = options.retryable;
    this.facts = options.facts ?? {};
  }
}
