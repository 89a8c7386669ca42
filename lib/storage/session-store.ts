/** How long a transfer link can be used, ms (docs/protocol.md 3.9). */
export const transferMs = 600_000;

/**
 * So many rows of sessions stay stored in any case; beyond that, those go that keep nobody from anything and
 * give nobody anything: of a session that is logged out and owns nothing, or whose user owns nothing.
 */
export const maxIdleSessions = 10_000;

/** Sessions that one user has at the most: a row of each stays as long as the user owns anything. */
export const maxSessionsOfUser = 100;

/**
 * How long a request that began under a user's former id may last, ms. What it still writes there is moved to
 * the user that was joined.
 */
export const moveGraceMs = 60_000;

/**
 * `joined`: the session now belongs to the link's user, and so does all that its former user had; also the
 * answer to the same session with the same code again. `here`: it belonged to this user already, nothing has
 * changed. `gone`: used, expired, or never given. `full`: the user would have more than `maxSessionsOfUser`
 * sessions, so nothing has changed.
 */
export type JoinResult = "joined" | "here" | "gone" | "full";

/**
 * Which user a session belongs to. Sessions and codes are passed as hashes only: neither can be made from
 * what is stored. A session of which nothing is stored is its own user.
 */
export interface SessionStore {
  /** The session's user. Null: logged out, for good. */
  user(session: string): Promise<string | null>;
  /** Which of the sessions are logged out. */
  loggedOut(sessions: readonly string[]): Promise<string[]>;
  /** How many sessions of the user are not logged out. */
  count(userId: string): Promise<number>;
  /**
   * For good. `unlessEmpty`: of a session that has nothing (no conversation, no other session, no link)
   * nothing is stored (core/recent-logouts.ts).
   */
  logOut(session: string, options?: { unlessEmpty?: boolean }): Promise<void>;
  /**
   * Makes the code valid for one join with the session's user within `transferMs`, and the user's former code
   * invalid. Returns when it expires, store ms. Null: the session is logged out.
   */
  addTransfer(code: string, session: string): Promise<number | null>;
  /** What a code leads to, until it expires. Null: nothing. */
  transfer(code: string): Promise<Transfer | null>;
  /**
   * Uses the code, in one atomic step: of many sessions, one gets it. All sessions of the joining session's
   * user become the other user's. The conversations follow, each with all its runs in one step, live or not;
   * `trim` moves what a crash has left behind.
   */
  join(code: string, session: string): Promise<JoinResult>;
  /**
   * Removes expired codes, completes joins that were interrupted, and forgets some of the rows beyond
   * `maxIdleSessions`, a few at a time.
   */
  trim(): Promise<void>;
}

export interface Transfer {
  userId: string;
  /** Store ms. */
  expiresAt: number;
  /** The session that joined with it. */
  usedBy?: string;
}
