import type { ServerResponse } from "node:http";
import type { ProblemCode } from "../protocol/codes.ts";

/** Why a request goes no further than the door, in English and Chinese. */
export interface DoorProblem {
  status: number;
  title: string;
  detail: string;
  zh: string;
  /** `bad_field`, if absent. */
  code?: ProblemCode;
  /** Seconds. */
  retryAfter?: number;
  headers?: Readonly<Record<string, string>>;
}

/** Too much of something at once, which passes. */
export const tooBusy = (status: 429 | 503, detail: string, zh: string): DoorProblem => ({
  status,
  title: status === 429 ? "Too many requests" : "Unavailable",
  detail,
  zh,
  code: "server_busy",
  retryAfter: 2,
});

/** Answers with a problem where the API was asked, else with plain words. */
export function refuse(url: string, response: ServerResponse, problem: DoorProblem): void {
  const { status, title, detail, zh, code = "bad_field", retryAfter, headers } = problem;
  const isApi = url.startsWith("/api/");
  const body = {
    ...{ type: "about:blank", title, status, detail, code },
    ...(retryAfter !== undefined && { retryAfter }),
  };
  response.writeHead(status, {
    "content-type": isApi ? "application/problem+json" : "text/plain; charset=utf-8",
    "cache-control": "private, no-store",
    "x-content-type-options": "nosniff",
    "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
    ...(retryAfter !== undefined && { "retry-after": String(retryAfter) }),
    ...headers,
  });
  response.end(isApi ? JSON.stringify(body) : `${title}: ${detail}.\n${zh}\n`);
}
