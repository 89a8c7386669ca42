import { type PacedFrames, pageFrames } from "./paced-frames.ts";
import { loadedSlots, lockedSlots, type StreamSlots, unlimitedSlots } from "./stream-slots.ts";

/** What the client needs of the platform: a browser's, or a test's with a clock of its own. */
export interface ClientEnvironment {
  fetch(url: string, init?: RequestInit): Promise<Response>;
  /** Monotonic ms. */
  now(): number;
  /** Resolves after `ms`; early when the signal aborts, or the page is shown or online again. */
  pause(ms: number, signal: AbortSignal): Promise<void>;
  random(): number;
  newId(): string;
  /** Calls `paint` in a frame soon, or later where nothing is painted. */
  frame(paint: () => void): void;
  isVisible(): boolean;
  /** Those of all windows of this browser. */
  slots: StreamSlots;
  /**
   * Calls `changed` whenever the page is shown, hidden, focused, online or offline, until the signal aborts.
   */
  onPresence(changed: (presence: Presence) => void, signal: AbortSignal): void;
}

export type Presence = "visible" | "hidden" | "focus" | "online" | "offline";

/** The browser's. Only to be called in one. */
export function browserEnvironment(): ClientEnvironment {
  let frames: PacedFrames | undefined;
  return {
    fetch: (url, init) => window.fetch(url, init),
    now: () => performance.now(),
    pause: pauseUntilBack,
    random: Math.random,
    newId,
    frame: (paint) => {
      // A hidden tab paints nothing: it catches up in one commit when it is shown.
      if (document.visibilityState === "hidden") setTimeout(paint, 250);
      else (frames ??= pageFrames()).frame(paint);
    },
    isVisible: () => document.visibilityState === "visible",
    slots: browserSlots(),
    onPresence: watchPresence,
  };
}

function browserSlots(): StreamSlots {
  const [page] = performance.getEntriesByType("navigation");
  const protocol = page && "nextHopProtocol" in page ? page.nextHopProtocol : undefined;
  const sharesConnection = typeof protocol === "string" && /^h[23]/.test(protocol);
  if (sharesConnection) return unlimitedSlots;
  // A browser offers locks in secure contexts only.
  return "locks" in navigator ? lockedSlots(navigator.locks) : loadedSlots(loadMarkedSlots);
}

/** Few pages are without TLS. */
async function loadMarkedSlots(): Promise<StreamSlots> {
  const [{ markedSlots }, { openWindowMarks }] = await Promise.all([
    import("./marked-slots.ts"),
    import("./window-marks.ts"),
  ]);
  return markedSlots(openWindowMarks(), newId);
}

/** A random UUID. Outside a secure context a browser offers random numbers only. */
export function newId(): string {
  if (typeof crypto.randomUUID === "function") return crypto.randomUUID();
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  const [version = 0, variant = 0] = [bytes[6], bytes[8]];
  bytes.set([(version & 0x0f) | 0x40], 6);
  bytes.set([(variant & 0x3f) | 0x80], 8);
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
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
