import { randomUUID } from "node:crypto";
import { readSession } from "../sessions/session.ts";
import type { SessionStore } from "../storage/session-store.ts";
import { StorageError } from "../storage/storage-error.ts";
import { checkHost, checkOrigin, isSecure } from "./origin.ts";
import type { OwnHosts } from "./own-hosts.ts";
import { ProblemError, problemResponse } from "./problem.ts";
import { storeFailures } from "./store-failures.ts";

/** Which requests are answered at all, and where failures are logged. */
export interface AccessRules {
  secrets: readonly string[];
  sessions: Pick<SessionStore, "user">;
  /** The names that the server answers under; a rebound one is refused. */
  hosts: OwnHosts;
  log(line: Readonly<Record<string, unknown>>): void;
}

/** The visitor that a request comes from. */
export interface Visitor {
  userId: string;
  /** The session of the request, as the store knows it. */
  session: string;
}

/**
 * Answers whoever can reach this server: no session, no origin. Never rejects: what `answer` throws is a
 * problem.
 */
export async function answerAnyone(
  request: Request,
  { hosts, log }: Pick<AccessRules, "hosts" | "log">,
  answer: () => Promise<Response>,
): Promise<Response> {
  const requestId = randomUUID();
  try {
    checkHost(request, hosts);
    const response = await answer();
    response.headers.set("x-request-id", requestId);
    if (!response.headers.has("cache-control")) response.headers.set("cache-control", "private, no-store");
    return response;
  } catch (error) {
    return problemResponse(problemFor(error, requestId, log), requestId);
  }
}

/**
 * Answers a visitor with a session, from a page of ours. Whatever is thrown becomes problem+json: a store's
 * failure 503, anything unforeseen 500, each with a line in the log.
 */
export const answerVisitor = (
  request: Request,
  access: AccessRules,
  answer: (visitor: Visitor) => Promise<Response>,
): Promise<Response> =>
  answerAnyone(request, access, async () => {
    checkOrigin(request, access.hosts);
    const session = readSession(request.headers.get("cookie"), access.secrets, isSecure(request.headers));
    const userId = session && (await access.sessions.user(session.hash));
    if (!session || userId === null)
      throw new ProblemError(401, "no_session", "no valid session: open the page first");
    return answer({ userId, session: session.hash });
  });

function problemFor(error: unknown, requestId: string, log: AccessRules["log"]): ProblemError {
  if (error instanceof ProblemError) return error;
  log({
    level: "error",
    requestId,
    error: error instanceof Error ? error.name : "error",
    message: String(error),
  });
  if (error instanceof StorageError) {
    const failure = error.detail ?? storeFailures[error.code];
    if (error.mayBeDone) {
      const detail = `${failure}; it is not known whether this is stored: send it again under its id`;
      return new ProblemError(503, "start_unknown", detail, { retryAfter: 2 });
    }
    const detail = `${failure}; nothing was sent`;
    if (error.code === "damaged") return new ProblemError(500, "record_damaged", detail);
    if (error.code === "too-large") return new ProblemError(413, "body_too_large", detail);
    return new ProblemError(503, "store_unavailable", detail, { retryAfter: 2 });
  }
  return new ProblemError(500, "unexpected", "unexpected error");
}
