import type { SessionStore } from "../storage/session-store.ts";

/** Ends open streams when their session is logged out, here or by another process. */
export interface SessionWatch {
  /** Aborts within `pollMs` of the logout. Watches the session until `until` aborts. */
  logoutSignal(session: string, until: AbortSignal): AbortSignal;
  /** The session was logged out by this process: aborts its signals at once. */
  abort(session: string): void;
}

/**
 * One read of the store each `pollMs` for all watched sessions together; none while no session is watched.
 */
export function createSessionWatch(store: Pick<SessionStore, "loggedOut">, pollMs = 3000): SessionWatch {
  const watched = new Map<string, Set<AbortController>>();
  let timer: NodeJS.Timeout | undefined;

  function logoutSignal(session: string, until: AbortSignal): AbortSignal {
    const controller = new AbortController();
    if (until.aborted) return controller.signal;
    const controllers = watched.get(session) ?? new Set();
    watched.set(session, controllers.add(controller));
    if (timer === undefined) {
      timer = setInterval(() => void poll(), pollMs);
      timer.unref();
    }
    until.addEventListener("abort", () => unwatch(session, controller), { once: true });
    return controller.signal;
  }

  function unwatch(session: string, controller: AbortController): void {
    const controllers = watched.get(session);
    controllers?.delete(controller);
    if (controllers?.size === 0) watched.delete(session);
    if (watched.size > 0) return;
    clearInterval(timer);
    timer = undefined;
  }

  /** While the store does not answer, no stream is ended. */
  async function poll(): Promise<void> {
    const loggedOut = await store.loggedOut([...watched.keys()]).catch(() => []);
    loggedOut.forEach(abort);
  }

  function abort(session: string): void {
    for (const controller of [...(watched.get(session) ?? [])]) controller.abort();
  }

  return { logoutSignal, abort };
}
