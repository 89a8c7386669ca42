/** What the client needs from its surroundings: a browser, or a test with a clock of its own. */
export interface Environment {
  fetch(url: string, init?: RequestInit): Promise<Response>;
  /** Monotonic ms. */
  now(): number;
  /** Resolves after `ms`; at once when the signal aborts or the page comes back (online, visible). */
  pause(ms: number, signal: AbortSignal): Promise<void>;
  random(): number;
  newId(): string;
  /** Runs `paint` at the next frame, or soon where nothing is painted. */
  frame(paint: () => void): void;
  isVisible(): boolean;
  /** Calls back whenever the page is shown or hidden, focused, online; until the signal aborts. */
  onPresence(changed: (presence: Presence) => void, signal: AbortSignal): void;
}

export type Presence = "visible" | "hidden" | "focus" | "online" | "offline";

/** The browser's own. Call it in the browser only. */
export function browserEnvironment(): Environment {
  return {
    fetch: (url, init) => window.fetch(url, init),
    now: () => performance.now(),
    pause: pauseUntilBack,
    random: Math.random,
    newId: () => crypto.randomUUID(),
    frame: (paint) => {
      // A hidden tab paints nothing: it catches up in one commit when it is shown.
      if (document.visibilityState === "hidden") setTimeout(paint, 250);
      else requestAnimationFrame(paint);
    },
    isVisible: () => document.visibilityState === "visible",
    onPresence: watchPresence,
  };
}

function watchPresence(changed: (presence: Presence) => void, signal: AbortSignal): void {
  const options = { signal };
  document.addEventListener("visibilitychange", () => changed(document.visibilityState), options);
  window.addEventListener("focus", () => changed("focus"), options);
  window.addEventListener("online", () => changed("online"), options);
  window.addEventListener("offline", () => changed("offline"), options);
  window.addEventListener("pageshow", (event) => event.persisted && changed("visible"), options);
}

function pauseUntilBack(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const over = new AbortController();
    const end = () => {
      clearTimeout(timer);
      over.abort();
      resolve();
    };
    const timer = setTimeout(end, ms);
    signal.addEventListener("abort", end, { signal: over.signal });
    watchPresence((presence) => presence !== "hidden" && presence !== "offline" && end(), over.signal);
    if (signal.aborted) end();
  });
}
