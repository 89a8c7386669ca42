/** How long a transfer link can be used, ms (docs/protocol.md 3.9). */
export const transferMs = 600_000;

/**
 * `joined`: the session is the owner's now, and what its former owner had is too; the same session with the
 * same code again is told so again. `here`: it was this owner's already, nothing changed. `gone`: used,
 * expired, or never given.
 */
export type JoinResult = "joined" | "here" | "gone";

/**
 * Whose a session is. Sessions and codes come as hashes only: from what is stored here neither can be made.
 * The hash of a session that nothing is stored of is its owner.
 */
export interface SessionStore {
  /** Null: logged out, for ever. */
  user(session: string): Promise<string | null>;
  /** Those of them that are logged out. */
  loggedOut(sessions: readonly string[]): Promise<string[]>;
  /** How many sessions of this owner can still be used. */
  count(userId: string): Promise<number>;
  logOut(session: string): Promise<void>;
  /**
   * Makes the code good for one join with the session's owner within `transferMs`, and the owner's former one
   * useless. When it expires, store ms. Null: the session is logged out.
   */
  addTransfer(code: string, session: string): Promise<number | null>;
  /** Whom the code leads to, until it expires; `usedBy`: only that session may still say so. Null: none. */
  transfer(code: string): Promise<Transfer | null>;
  /**
   * Uses the code up, in one atomic step: of many sessions one gets it. All sessions of the joining one's
   * owner become the other owner's; the conversations follow, each with its runs in one step, live or not.
   * What a crash leaves behind, `trim` moves.
   */
  join(code: string, session: string): Promise<JoinResult>;
  /** Forgets expired codes, and ends moves that were begun. */
  trim(): Promise<void>;
}

export interface Transfer {
  userId: string;
  /** Store ms. */
  expiresAt: number;
  usedBy?: string;
}
