/**
 * The codes that this build writes. The page has words for each, and a code without words does not compile:
 * lib/client/i18n takes its keys from here. A reader of a log or an answer may meet others, from a newer
 * build, and has general words for them.
 */

/** `code` of an `error` event: why a run failed. `unexpected` is our own fault. */
export const errorCodes = [
  "key-rejected",
  "needs-key",
  "model-not-found",
  "context-too-long",
  "rate-limited",
  "out-of-credit",
  "content-filter",
  "request-refused",
  "provider-failed",
  "unreachable",
  "timeout",
  "cut-off",
  "limit-reached",
  "bad-response",
  "bad-schema",
  "bad-input",
  "workflow-failed",
  "workflow-timeout",
  "workflow-changed",
  "too-large",
  "record-damaged",
  "unexpected",
] as const;
export type ErrorCode = (typeof errorCodes)[number];

/** `reason` of an `error` event, within its code. */
export const errorReasons = {
  "key-rejected": ["own"],
  "model-not-found": ["unlisted"],
  "rate-limited": ["slots"],
  "request-refused": ["region", "parameter"],
  "provider-failed": ["starting"],
  unreachable: ["name", "refused", "tls"],
  timeout: ["start", "silence"],
  "cut-off": ["forgotten"],
  "limit-reached": ["size", "time", "agent-steps", "agent-tokens", "agent-time"],
  "bad-response": ["page", "no-answer", "unfit-answer"],
  "workflow-failed": ["no-result", "unfit-result"],
} as const satisfies Partial<Record<ErrorCode, readonly string[]>>;
type Reasons = typeof errorReasons;
export type ErrorReason = Reasons[keyof Reasons][number];
/** A code and its reason: `timeout.start`. */
export type ReasonedError = { [C in keyof Reasons]: `${C}.${Reasons[C][number]}` }[keyof Reasons];

/** The failures after which a model is asked again by itself, a few times. */
export const retryCodes = [
  "rate-limited",
  "provider-failed",
  "unreachable",
  "cut-off",
] as const satisfies readonly ErrorCode[];
export type RetryCode = (typeof retryCodes)[number];

/**
 * Why a model is waited for: its server says that it is starting, or it was there and nothing listens now, or
 * it answers another question of ours and takes one at a time.
 */
export const waitReasons = ["starting", "refused", "slots"] as const satisfies readonly ErrorReason[];
export type WaitReason = (typeof waitReasons)[number];

/** `reason` of a `retry` event. */
export const retryReasons = [...retryCodes, ...waitReasons] as const;
export type RetryReason = (typeof retryReasons)[number];

/** Whether a `retry` event is a wait, which is none of the few times. */
export const isWaitReason = (reason: string): boolean => waitReasons.some((each) => each === reason);

/**
 * `reason` of a second `continue-step` event of one attempt: the model was to go on with its text, and has
 * begun it anew; the provider was to give the rest of its answer, and has forgotten it.
 */
export const begunAnew = "begun-anew";
export const askedAgain = "asked-again";

/**
 * `reason` of an `interrupted` event: too many crashes in a row, or an answer longer than a host's slices.
 */
export const endReasons = ["owner-gone", "time-limit"] as const;
export type EndReason = (typeof endReasons)[number];

/** `reason` of the `abort` of a run that has waited for a person for too long. */
export const expiredReason = "expired";

/** `reason` of the `abort` that ends the answer of a conversation which goes on from the middle of a run. */
export const forkedReason = "forked";

/** `code` of an `application/problem+json` answer: why the server did not do what it was asked. */
export const problemCodes = [
  "bad_json",
  "bad_field",
  "unknown_field",
  "bad_id",
  "text_too_long",
  "body_too_large",
  "wrong_content_type",
  "wrong_method",
  "foreign_origin",
  "foreign_host",
  "no_session",
  "not_found",
  "deleted",
  "run_conflict",
  "conversation_busy",
  "stale_parent",
  "run_complete",
  "run_over",
  "log_gone",
  "rate_limited",
  "too_many_live",
  "budget",
  "link_gone",
  "already_here",
  "too_many_browsers",
  "already_decided",
  "input_changed",
  "not_awaited",
  "store_unavailable",
  "start_unknown",
  "record_damaged",
  "shutting_down",
  "server_busy",
  "unexpected",
] as const;
export type ProblemCode = (typeof problemCodes)[number];

/** Why an MCP server is away. */
export const mcpFailureCodes = [
  "unreachable",
  "not-started",
  "ended",
  "timeout",
  "unauthorized",
  "refused",
  "not-mcp",
  "too-large",
] as const;
export type McpFailureCode = (typeof mcpFailureCodes)[number];
