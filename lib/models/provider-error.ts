import type { ErrorReason } from "../protocol/codes.ts";
import { contextSizeOf } from "./context-size.ts";
import { ModelError } from "./model-error.ts";

/** Who was asked for what, for the words of an error. */
export interface RequestContext {
  /** `host:port` of the endpoint. */
  host: string;
  model: string;
}

/** As it came: by HTTP status, or in an error frame. `body` is read for its kind and never shown. */
export interface ProviderRejection {
  status: number | undefined;
  body: string;
  retryAfterSeconds?: number;
}

/** The `ModelError` for a rejection. Its message is ours alone: upstream bodies may echo keys and prompts. */
export function providerError(context: RequestContext, rejection: ProviderRejection): ModelError {
  const { code, retryable, message } = classify(context, rejection);
  const { status, retryAfterSeconds } = rejection;
  return new ModelError(code, status === undefined ? `${message}.` : `${message} (${status}).`, {
    retryable,
    facts: {
      host: context.host,
      ...(status !== undefined && { status }),
      ...(retryAfterSeconds !== undefined && { retryAfterMs: retryAfterSeconds * 1000 }),
      ...(code === "context-too-long" && contextSizeOf(rejection.body)),
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

interface RejectionKind {
  code: ModelError["code"];
  retryable: boolean;
  message: string;
}

function classify(context: RequestContext, rejection: ProviderRejection): RejectionKind {
  const { host, model } = context;
  const { status } = rejection;
  // In mid-answer there is no status; some local servers answer 500.
  const isTooLong = contextTooLong.test(rejection.body);
  if (isTooLong && (status === undefined || status === 500)) return tooLongFor(context);
  if (status === undefined || status >= 500)
    return { code: "provider-failed", retryable: true, message: `${host} failed to answer` };
  switch (status) {
    case 401:
    case 403:
      return { code: "key-rejected", retryable: false, message: `The key was rejected by ${host}` };
    case 402:
      return { code: "out-of-credit", retryable: false, message: `The account at ${host} is out of credit` };
    case 404: {
      const message = `${host} has no model "${model}", or its address is wrong`;
      return { code: "model-not-found", retryable: false, message };
    }
    case 413:
      return tooLongFor(context);
    case 408:
      return { code: "timeout", retryable: true, message: `${host} took too long` };
    case 429:
      return rateLimited(host, rejection);
    default:
      return refused(context, status, rejection.body);
  }
}

function rateLimited(host: string, { body, retryAfterSeconds }: ProviderRejection): RejectionKind {
  if (body.includes("insufficient_quota"))
    return { code: "out-of-credit", retryable: false, message: `The account's quota at ${host} is used up` };
  const wait = retryAfterSeconds === undefined ? "try again later" : `try again in ${retryAfterSeconds} s`;
  return {
    code: "rate-limited",
    retryable: true,
    message: `${host} takes no more requests for now; ${wait}`,
  };
}

function refused({ host, model }: RequestContext, status: number, body: string): RejectionKind {
  const refusal = { code: "request-refused", retryable: false } as const;
  if (contextTooLong.test(body)) return tooLongFor({ host, model });
  if (contentFiltered.test(body)) {
    const message = `The content filter of ${host} refused the question`;
    return { ...refusal, code: "content-filter", message };
  }
  if (status >= 300 && status < 400) {
    const message = `${host} redirects elsewhere, which is not followed; use the final address`;
    return { ...refusal, message };
  }
  if (body.includes("stream_options"))
    return { ...refusal, message: `${host} does not know stream_options, which is always sent` };
  return { ...refusal, message: `${host} refused the request` };
}

const tooLongFor = ({ model }: RequestContext): RejectionKind => ({
  code: "context-too-long",
  retryable: false,
  message: `The conversation is too long for "${model}"`,
});

/** The words of hosted and local endpoints for the same thing (tests/lib/models/context-size.test.ts). */
const contextTooLong =
  /context[ _-]?(length|window|size|limit)|maximum (context|prompt length|model length)|too many (input )?tokens|(prompt|input)( tokens?)?( count| length)?( \(\w+( \d+)?\))? (is too long|exceeds?|is longer than)|(model|input) token limit|range of input length|max_new_tokens` must be|reduce the length of the (messages|prompt)/i;

/** The words of OpenAI, Azure, Gemini and Moonshot. */
const contentFiltered = /content[ _-]?(filter|policy|management)|responsible ?ai|safety (system|settings)/i;
