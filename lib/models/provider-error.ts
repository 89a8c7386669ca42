import type { ErrorReason } from "../protocol/codes.ts";
import { ModelError } from "./model.ts";

/** Whom we asked for what, for the words of an error. */
export interface Asked {
  /** `host:port` of the endpoint. */
  host: string;
  model: string;
}

/**
 * A provider's refusal as it came: by HTTP status, or in an error frame. `body` is read for its kind and
 * never shown.
 */
export interface Refusal {
  status: number | undefined;
  body: string;
  retryAfterSeconds?: number | undefined;
}

/** The `ModelError` for a refusal. Its message is ours alone: upstream bodies may echo keys and prompts. */
export function providerError(asked: Asked, refusal: Refusal): ModelError {
  const { code, retryable, words } = verdictOn(asked, refusal);
  const { status, retryAfterSeconds: after } = refusal;
  const cause = status === undefined ? undefined : new Error(`HTTP ${status}`);
  const retryAfterMs = after === undefined ? undefined : after * 1000;
  return new ModelError(code, status === undefined ? `${words}.` : `${words} (${status}).`, {
    retryable,
    cause,
    facts: { host: asked.host, status, retryAfterMs },
  });
}

type Verdict = { code: ModelError["code"]; retryable: boolean; words: string };

function verdictOn({ host, model }: Asked, refusal: Refusal): Verdict {
  const { status, body } = refusal;
  if (status === undefined || status >= 500)
    return { code: "provider-failed", retryable: true, words: `${host} failed to answer` };
  if (status === 401 || status === 403)
    return { code: "key-rejected", retryable: false, words: `The key was rejected by ${host}` };
  if (status === 404)
    return {
      code: "model-not-found",
      retryable: false,
      words: `${host} has no model "${model}", or its address is wrong`,
    };
  if (status === 408) return { code: "timeout", retryable: true, words: `${host} took too long` };
  if (status === 429) return rateLimited(host, refusal);
  if (status === 402)
    return { code: "out-of-credit", retryable: false, words: `The account at ${host} is out of credit` };
  if (isTooLong(body))
    return {
      code: "context-too-long",
      retryable: false,
      words: `The conversation is too long for "${model}"`,
    };
  if (isFiltered(body))
    return {
      code: "content-filter",
      retryable: false,
      words: `The content filter of ${host} refused the question`,
    };
  return { code: "request-refused", retryable: false, words: refusalWords(host, status, body) };
}

function rateLimited(host: string, { body, retryAfterSeconds }: Refusal): Verdict {
  if (body.includes("insufficient_quota"))
    return { code: "out-of-credit", retryable: false, words: `The account's quota at ${host} is used up` };
  const wait = retryAfterSeconds === undefined ? "try again later" : `try again in ${retryAfterSeconds} s`;
  return { code: "rate-limited", retryable: true, words: `${host} takes no more requests for now; ${wait}` };
}

function refusalWords(host: string, status: number, body: string): string {
  if (status >= 300 && status < 400)
    return `${host} redirects elsewhere, which is not followed; use the final address`;
  if (body.includes("stream_options")) return `${host} does not know stream_options, which is always sent`;
  return `${host} refused the request`;
}

/** The words of OpenAI, Anthropic, Mistral, llama.cpp, vLLM and Gemini for the same thing. */
const isTooLong = (body: string): boolean =>
  /context[ _-]?(length|window|size)|maximum context|too many (input )?tokens|(prompt|input)( token count)? (is too long|exceeds)/i.test(
    body,
  );

/** The words of OpenAI, Azure, Gemini and Moonshot. */
const isFiltered = (body: string): boolean =>
  /content[ _-]?(filter|policy|management)|responsible ?ai|safety (system|settings)/i.test(body);

/**
 * Seconds to wait, from `retry-after-ms` or `retry-after`; a date is read against the response's own `date`.
 */
export function retryAfterSeconds(headers: Headers): number | undefined {
  const ms = Number.parseFloat(headers.get("retry-after-ms") ?? "");
  const after = headers.get("retry-after") ?? "";
  const seconds = Number.isFinite(ms)
    ? ms / 1000
    : /^\s*\d/.test(after)
      ? Number.parseFloat(after)
      : untilDate(after, headers);
  return Number.isFinite(seconds) && seconds >= 0 ? Math.ceil(seconds) : undefined;
}

const untilDate = (after: string, headers: Headers): number =>
  (Date.parse(after) - Date.parse(headers.get("date") ?? "")) / 1000;

/** The `ModelError` for a connection that never gave an answer: name not found, refused, TLS, reset. */
export function connectionError(host: string, error: unknown): ModelError {
  const code = codeOf(error);
  const { reason, words } = unreachableBy(code);
  return new ModelError("unreachable", `${host} cannot be reached: ${words}.`, {
    retryable: true,
    cause: new Error(code ?? "connection failed"),
    facts: { host, reason },
  });
}

function unreachableBy(code: string | undefined): { reason?: ErrorReason; words: string } {
  if (code === undefined) return { words: "the connection failed" };
  if (code === "ENOTFOUND" || code === "EAI_AGAIN") return { reason: "name", words: "its name is not known" };
  if (code === "ECONNREFUSED") return { reason: "refused", words: "nothing listens there" };
  if (/TLS|CERT|SSL|SELF_SIGNED|UNABLE_TO_|EPROTO/.test(code))
    return { reason: "tls", words: `its certificate or TLS is not accepted (${code})` };
  return { words: `the connection failed (${code})` };
}

/** The innermost error code of a chain of causes: fetch wraps the socket's error, the SDK wraps fetch's. */
function codeOf(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  const inner = error instanceof AggregateError ? codeOf(error.errors[0]) : codeOf(error.cause);
  const own = "code" in error && typeof error.code === "string" ? error.code : undefined;
  return inner ?? own;
}
