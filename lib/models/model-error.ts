import type { ErrorCode, ErrorReason, WaitReason } from "../protocol/codes.ts";

/** Why a model request failed. */
export type ModelErrorCode = Exclude<ErrorCode, "unexpected">;

/** What an error is about, as far as it is known; the page puts it in its own words. */
export interface ErrorFacts {
  /** `host:port` of the endpoint. */
  host?: string;
  /** The HTTP status that the endpoint answered. */
  status?: number;
  /** Within the code. */
  reason?: ErrorReason;
  /** How long the endpoint asks us to wait. */
  retryAfterMs?: number;
  /** Of a request that is too long: how many tokens the model takes, and how many the request had. */
  limitTokens?: number;
  askedTokens?: number;
  /** Of a workflow: the steps that failed, or ran when it was ended. */
  steps?: readonly string[];
}

interface ModelErrorOptions {
  retryable: boolean;
  cause?: unknown;
  facts?: ErrorFacts;
  refusedFields?: readonly string[];
  waitFor?: WaitReason;
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
  /** Fields of the request that the endpoint does not take (refused-fields.ts). */
  readonly refusedFields: readonly string[];
  /** The endpoint will take the request after a while, and is worth waiting for: why. */
  readonly waitFor: WaitReason | undefined;

  constructor(code: ModelErrorCode, message: string, options: ModelErrorOptions) {
    super(message, { cause: options.cause });
    this.name = "ModelError";
    this.code = code;
    this.retryable = options.retryable;
    this.facts = options.facts ?? {};
    this.refusedFields = options.refusedFields ?? [];
    this.waitFor = options.waitFor;
  }
}
