import { randomUUID } from "node:crypto";
import { readSession } from "../sessions/session.ts";
import type { SessionStore } from "../storage/session-store.ts";
import { StorageError } from "../storage/storage-error.ts";
import { ProblemError, problemResponse } from "./problem.ts";

/** What a route is given: the request, who asks, and an id to find the answer in the log by. */
export interface Asked {
  request: Request;
  userId: string;
  /** The session that asks, as the store knows it. */
  session: string;
  requestId: string;
}

export interface RouteOptions {
  secrets: readonly string[];
  sessions: Pick<SessionStore, "user">;
  /**
   * Only names of this machine are answered when the server is bound to it: a rebound DNS name is refused.
   */
  loopbackOnly: boolean;
  log(line: Readonly<Record<string, unknown>>): void;
}

/**
 * Answers an API request: checks host, origin and session, runs `answer`, and turns what it throws into
 * problem+json. A store's failure is 503, anything unforeseen 500 and a line in the log.
 */
export const route = (
  request: Request,
  options: RouteOptions,
  answer: (asked: Asked) => Promise<Response>,
): Promise<Response> =>
  openRoute(request, options, async (requestId) => {
    checkOrigin(request);
    const session = readSession(request.headers.get("cookie"), options.secrets, isSecure(request.headers));
    const userId = session && (await options.sessions.user(session.hash));
    if (!session || userId === null)
      throw new ProblemError(401, "no_session", "no valid session: open the page first");
    return answer({ request, userId, session: session.hash, requestId });
  });

/** The same for what anybody may ask who may reach this server: no session, no origin. */
export async function openRoute(
  request: Request,
  options: Pick<RouteOptions, "loopbackOnly" | "log">,
  answer: (requestId: string) => Promise<Response>,
): Promise<Response> {
  const requestId = randomUUID();
  try {
    checkHost(request, options.loopbackOnly);
    const response = await answer(requestId);
    response.headers.set("x-request-id", requestId);
    if (!response.headers.has("cache-control")) response.headers.set("cache-control", "private, no-store");
    return response;
  } catch (error) {
    return problemResponse(problemFor(error, requestId, options.log), requestId);
  }
}

/** Whether the browser reached us by https, directly or through a proxy in front. */
export const isSecure = (headers: Headers): boolean => headers.get("x-forwarded-proto") === "https";

/** Throws 403 `foreign_host` for a name that is not of this machine. */
function checkHost(request: Request, loopbackOnly: boolean): void {
  if (loopbackOnly && !isLoopbackHost(request.headers.get("host") ?? "")) {
    throw new ProblemError(403, "foreign_host", "this server answers only to names of its own machine");
  }
}

/** `localhost:3000`, `127.0.0.1`, `[::1]:3000`. */
export const isLoopbackHost = (host: string): boolean =>
  /^(localhost|127(\.\d{1,3}){3}|\[::1\])(:\d+)?$/i.test(host);

/**
 * A changing request must come from a page of ours. Route handlers see no true URL, so Origin is held against
 * Host.
 */
function checkOrigin(request: Request): void {
  if (request.method === "GET" || request.method === "HEAD") return;
  const origin = request.headers.get("origin");
  const own =
    origin === null
      ? isOwnSite(request)
      : URL.canParse(origin) && new URL(origin).host === request.headers.get("host");
  if (!own) throw new ProblemError(403, "foreign_origin", "requests from other sites are refused");
}

/** No Origin: not a browser, or one that says where the request comes from in another header. */
function isOwnSite(request: Request): boolean {
  const site = request.headers.get("sec-fetch-site");
  return site === null || site === "same-origin" || site === "none";
}

const storeWords: Readonly<Record<StorageError["code"], string>> = {
  unavailable: "the store does not answer",
  full: "the store is full",
  "read-only": "the store takes no writes",
  "newer-schema": "the store was written by a newer build",
  damaged: "a stored record cannot be read",
};

function problemFor(error: unknown, requestId: string, log: RouteOptions["log"]): ProblemError {
  if (error instanceof ProblemError) return error;
  log({
    level: "error",
    requestId,
    error: error instanceof Error ? error.name : "error",
    message: String(error),
  });
  if (error instanceof StorageError) {
    const detail = `${storeWords[error.code]}; nothing was sent`;
    return new ProblemError(503, "store_unavailable", detail, { retryAfter: 2 });
  }
  return new ProblemError(500, "unexpected", "unexpected error");
}
