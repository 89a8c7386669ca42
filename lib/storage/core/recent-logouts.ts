import type { SessionStore } from "../session-store.ts";

/** Log-outs of sessions that own nothing, in one process: as many as these are remembered. */
const maxTraceless = 10_000;

/** What a store does; `withRecentLogouts` makes the whole of it. */
export type LogoutStore = Omit<SessionStore, "logOut"> & {
  logOut(session: string): Promise<void>;
  /** Logs the session out if it has anything, in one atomic step. False: it has not, nothing is stored. */
  logOutUnlessEmpty(session: string): Promise<boolean>;
};

/**
 * A session that owns nothing leaves no row when it logs out: whoever kept its cookie finds nothing, and rows
 * that anybody can make without end would stay for ever. This process remembers the newest of them, so that
 * it answers them as it answers other sessions that have ended.
 */
export function withRecentLogouts(store: LogoutStore): SessionStore {
  const ended = new Set<string>();

  function remember(session: string): void {
    ended.add(session);
    const [oldest] = ended;
    if (ended.size > maxTraceless && oldest !== undefined) ended.delete(oldest);
  }

  return {
    ...store,
    user: async (session) => (ended.has(session) ? null : store.user(session)),
    async loggedOut(sessions) {
      const stored = await store.loggedOut(sessions.filter((session) => !ended.has(session)));
      return sessions.filter((session) => ended.has(session) || stored.includes(session));
    },
    async logOut(session, { unlessEmpty = false } = {}) {
      if (!unlessEmpty) return store.logOut(session);
      if (!(await store.logOutUnlessEmpty(session))) remember(session);
    },
    addTransfer: async (code, session) => (ended.has(session) ? null : store.addTransfer(code, session)),
    join: async (code, session) => (ended.has(session) ? "gone" : store.join(code, session)),
  };
}
