import { type ProblemCode, problemCodes } from "../protocol/codes.ts";

/** Why nothing was sent, as far as the page itself can tell. */
export const pageProblems = ["no_connection", "no_cookies", "stopped", "unknown_model"] as const;
export type PageProblem = (typeof pageProblems)[number];

/** Why the server did not do what it was asked. `status` 0: no answer at all. */
export interface Problem {
  status: number;
  /** The server's, if this page knows it, else `unexpected`. */
  code: ProblemCode | PageProblem;
  detail: string;
  /** What of the request is wrong. */
  field?: string;
  requestId?: string;
  /** ms to wait before asking again. */
  retryAfterMs?: number;
}

export const noConnection: Problem = { status: 0, code: "no_connection", detail: "" };

/**
 * Whether the server may have what was sent, and do it: no answer came, one that says so, or that of a
 * gateway which gave up on one.
 */
export const mayHaveArrived = ({ status, code }: Problem): boolean =>
  status === 0 || code === "start_unknown" || (code === "unexpected" && (status === 408 || status >= 500));

/** Reads a problem+json answer; a proxy's page in its place still gives a status. */
export async function readProblem(response: Response): Promise<Problem> {
  const body = await response.json().catch(() => undefined);
  const fields: Record<string, unknown> = typeof body === "object" && body !== null ? body : {};
  const requestId = stringOf(fields["requestId"]) ?? response.headers.get("x-request-id");
  const field = stringOf(fields["field"]);
  const retryAfterMs = waitOf(response.headers.get("retry-after"), fields["retryAfter"]);
  return {
    status: response.status,
    code: problemCodeOf(fields["code"]) ?? (response.status === 429 ? "rate_limited" : "unexpected"),
    detail: stringOf(fields["detail"]) ?? "",
    ...(field !== undefined && { field }),
    ...(requestId !== null && { requestId }),
    ...(retryAfterMs !== undefined && { retryAfterMs }),
  };
}

/** Seconds in the header (a proxy may give a date there) or in the body; ms. */
function waitOf(header: string | null, field: unknown): number | undefined {
  const wait = [header ?? undefined, field].map((each) => Number(each ?? Number.NaN));
  const seconds = wait.find((each) => Number.isFinite(each) && each >= 0);
  return seconds === undefined ? undefined : seconds * 1000;
}

const problemCodeOf = (field: unknown): ProblemCode | undefined =>
  problemCodes.find((code) => code === field);

const stringOf = (value: unknown): string | undefined => (typeof value === "string" ? value : undefined);
