import type { SessionStore } from "../storage/session-store.ts";

/** Tells open streams that their session was logged out, here or on another process. */
export interface SessionWatch {
  /** Aborts within `pollMs` of the log-out; watches until `over`. */
  ended(session: string, over: AbortSignal): AbortSignal;
  /** Logged out here: its streams end at once. */
  end(session: string): void;
}

/** One read each `pollMs`, however many sessions and streams are watched; none without a stream. */
export function createSessionWatch(store: Pick<SessionStore, "loggedOut">, pollMs = 3000): SessionWatch {
  const watched = new Map<string, Set<AbortController>>();
  let timer: NodeJS.Timeout | undefined;

  function ended(session: string, over: AbortSignal): AbortSignal {
    const end = new AbortController();
    if (over.aborted) return end.signal;
    const streams = watched.get(session) ?? new Set();
    watched.set(session, streams.add(end));
    if (timer === undefined) {
      timer = setInterval(() => void look(), pollMs);
      timer.unref();
    }
    over.addEventListener("abort", () => forget(session, end), { once: true });
    return end.signal;
  }

  function forget(session: string, end: AbortController): void {
    const streams = watched.get(session);
    streams?.delete(end);
    if (streams?.size === 0) watched.delete(session);
    if (watched.size > 0) return;
    clearInterval(timer);
    timer = undefined;
  }

  /** A store that does not answer ends no stream: it is asked again. */
  async function look(): Promise<void> {
    const gone = await store.loggedOut([...watched.keys()]).catch(() => []);
    gone.forEach(end);
  }

  function end(session: string): void {
    for (const stream of [...(watched.get(session) ?? [])]) stream.abort();
  }

  return { ended, end };
}
