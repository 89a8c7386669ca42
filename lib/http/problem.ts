import type { ProblemCode } from "../protocol/codes.ts";

interface ProblemOptions {
  /** More fields of the answer, such as `activeRunId`. */
  fields?: Readonly<Record<string, unknown>>;
  /** Seconds. */
  retryAfter?: number;
  cause?: unknown;
}

/**
 * The caller's fault, or the store's: thrown anywhere under a route, answered as problem+json before any
 * stream.
 */
export class ProblemError extends Error {
  // By name: Next gives route handlers and instrumentation copies of this module of their own, and what a
  // server counts as a whole is refused by the latter.
  static override [Symbol.hasInstance](value: unknown): boolean {
    return value instanceof Error && value.name === "ProblemError";
  }

  readonly status: number;
  readonly code: ProblemCode;
  readonly fields: Readonly<Record<string, unknown>>;
  readonly retryAfter: number | undefined;

  constructor(status: number, code: ProblemCode, detail: string, options: ProblemOptions = {}) {
    super(detail, { cause: options.cause });
    this.name = "ProblemError";
    this.status = status;
    this.code = code;
    this.fields = options.fields ?? {};
    this.retryAfter = options.retryAfter;
  }
}

/** Another's, a deleted and an unknown thing answer the same. */
export const notFound = (): ProblemError => new ProblemError(404, "not_found", "there is nothing here");

const titles: Readonly<Record<number, string>> = {
  400: "Bad request",
  401: "No session",
  403: "Forbidden",
  404: "Not found",
  409: "Conflict",
  410: "Gone",
  413: "Too large",
  415: "Unsupported media type",
  422: "Not acceptable",
  429: "Too many requests",
  500: "Unexpected error",
  503: "Unavailable",
};

/** A problem as an HTTP answer. */
export function problemResponse(problem: ProblemError, requestId: string): Response {
  const body = {
    type: "about:blank",
    title: titles[problem.status] ?? "Problem",
    status: problem.status,
    detail: problem.message,
    code: problem.code,
    requestId,
    ...(problem.retryAfter !== undefined && { retryAfter: problem.retryAfter }),
    ...problem.fields,
  };
  const headers = new Headers({
    "content-type": "application/problem+json",
    "cache-control": "private, no-store",
    "x-request-id": requestId,
  });
  if (problem.retryAfter !== undefined) headers.set("retry-after", String(problem.retryAfter));
  return new Response(JSON.stringify(body), { status: problem.status, headers });
}
