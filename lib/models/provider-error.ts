import type { ErrorReason } from "../protocol/codes.ts";
import { contextSizeOf } from "./context-size.ts";
import { judgeRejection } from "./judge-rejection.ts";
import { ModelError } from "./model-error.ts";
import type { RejectionKind } from "./rejection-kinds.ts";
import { statedStatus } from "./rejection-status.ts";
import { rejectionText } from "./rejection-text.ts";
import { retryAfterIn } from "./retry-after.ts";

/** Who was asked for what, for the words of an error. */
export interface RequestContext {
  /** `host:port` of the endpoint. */
  host: string;
  model: string;
}

/** As it came: by HTTP status, or in an answer (`rejectionOf`). `body` is judged and never shown. */
export interface ProviderRejection {
  status: number | undefined;
  body: string;
  retryAfterSeconds?: number;
}

/** The `ModelError` for a rejection. Its message is ours alone: upstream bodies may echo keys and prompts. */
export function providerError(context: RequestContext, rejection: ProviderRejection): ModelError {
  const text = rejectionText(rejection.body);
  const kind = judgeRejection(rejection.status, text);
  const status = rejection.status ?? statedStatus(text);
  const retryAfterSeconds = rejection.retryAfterSeconds ?? (kind.retryable ? retryAfterIn(text) : undefined);
  const message = messageFor(context, kind, status, retryAfterSeconds);
  return new ModelError(kind.code, status === undefined ? `${message}.` : `${message} (${status}).`, {
    retryable: kind.retryable,
    ...(kind.refusedFields && { refusedFields: kind.refusedFields }),
    ...(kind.reason === "starting" && { waitFor: kind.reason }),
    facts: {
      host: context.host,
      ...(status !== undefined && { status }),
      ...(kind.reason !== undefined && { reason: kind.reason }),
      ...(retryAfterSeconds !== undefined && { retryAfterMs: retryAfterSeconds * 1000 }),
      ...(kind.code === "context-too-long" && contextSizeOf(rejection.body)),
    },
    ...(status !== undefined && { cause: new Error(`HTTP ${status}`) }),
  });
}

/** The `ModelError` for a response that is none of the wire's. */
export const badResponse = (host: string, words: string, reason?: ErrorReason): ModelError =>
  new ModelError("bad-response", `${host} ${words}.`, {
    retryable: false,
    facts: { host, ...(reason !== undefined && { reason }) },
  });

/** The `ModelError` for an answer whose finish reason says that something failed. */
export const gaveUp = (host: string): ModelError =>
  new ModelError("provider-failed", `${host} gave up in the middle of the answer.`, {
    retryable: true,
    facts: { host },
  });

/** In our words, without the full stop. */
function messageFor(
  { host, model }: RequestContext,
  { code, reason, refusedFields = [] }: RejectionKind,
  status: number | undefined,
  waitSeconds: number | undefined,
): string {
  switch (code) {
    case "key-rejected":
      return `The key was rejected by ${host}`;
    case "model-not-found":
      return `${host} has no model "${model}", or its address is wrong`;
    case "context-too-long":
      return `The conversation is too long for "${model}"`;
    case "out-of-credit":
      return `The account at ${host} is out of credit, or its quota is used up`;
    case "content-filter":
      return `The content filter of ${host} refused the question`;
    case "timeout":
      return `${host} took too long`;
    case "rate-limited": {
      const when = waitSeconds === undefined ? "later" : `in ${waitSeconds} s`;
      return `${host} takes no more requests for now; try again ${when}`;
    }
    case "request-refused":
      return refusedMessage(host, reason, refusedFields, status);
    default:
      return reason === "starting" ? `${host} is still loading its model` : `${host} failed to answer`;
  }
}

function refusedMessage(
  host: string,
  reason: ErrorReason | undefined,
  fields: readonly string[],
  status = 0,
): string {
  if (reason === "region") return `${host} does not answer requests from this country or region`;
  if (reason === "parameter")
    return `${host} does not take a part of the request: ${fields.join(", ") || "a setting"}`;
  if (status >= 300 && status < 400)
    return `${host} redirects elsewhere, which is not followed; use the final address`;
  return `${host} refused the request`;
}
