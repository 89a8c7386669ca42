import { newId } from "./environment.ts";
import { readTabStorage } from "./read-tab-storage.ts";

/**
 * This page among the tabs of its browser, for what each tab keeps by itself.
 *
 * 1. An id is of one open page at a time. A reload keeps it; a tab that was duplicated gets its own.
 * 2. An open page is marked in the storage. One that has ended says there since when: for `reloadMs` it may
 *    be loaded again, and then is nobody's to take from. Of one that crashed the mark is still that of an
 *    open one, and nobody speaks for it any more. A page without a mark was closed long ago.
 * 3. A page speaks for itself by a lock, and where there are none (a page without TLS) by answering.
 */
export interface BrowserTab {
  id: string;
  /** The page with that id has been closed, and is not being loaded again. */
  isClosed(tabId: string): boolean;
  /**
   * Calls `take` if the page with that id has crashed, or has been closed since `isClosed` was asked, once it
   * is known that it is not being loaded again; nobody else does so at the same time. One that is open is
   * looked at once more when the promise has resolved, and `take` is called then if it was just closing.
   */
  ifGone(tabId: string, take: () => void): Promise<void>;
}

const idKey = "rivulet-tab";
const openPrefix = "rivulet-open:";
const closedPrefix = "closed ";

/** So long after a page has ended the next one of its tab may still be loading, ms. */
const reloadMs = 4000;
/** How much later than that a page has ended another one may see its mark, ms. */
const markSeenMs = 500;
/** How much later than others it takes what it has only met by looking again, ms. */
const givesWayMs = 1500;

let own: BrowserTab | undefined;

/** The tab of this page. Only to be called in a browser. */
export const browserTab = (): BrowserTab => (own ??= openTab());

function openTab(): BrowserTab {
  const presence = "locks" in navigator ? lockedPresence : answeringPresence;
  const id = ownId();
  let leave = () => {};

  function open(): void {
    // First: whoever sees the mark asks behind us who speaks for it.
    leave = presence.enter(id);
    tryStorage(() => localStorage.setItem(openPrefix + id, String(Date.now())));
  }

  // A page that holds a lock is not kept for Back.
  window.addEventListener("pagehide", () => {
    tryStorage(() => localStorage.setItem(openPrefix + id, `${closedPrefix}${Date.now()}`));
    leave();
  });
  window.addEventListener("pageshow", (event) => event.persisted && open());
  open();
  forgetClosed();
  return {
    id,
    isClosed: (tabId) => isOfClosed(markOf(tabId)) && mayLoadFor(markOf(tabId)) === 0,
    async ifGone(tabId, take) {
      if (await takeIfGone(presence, tabId, take)) return;
      // One that was just closing when it was looked at may still have spoken for itself. A page that was
      // opened since then comes first.
      void sleepFor(markSeenMs).then(
        () => isOfClosed(markOf(tabId)) && takeIfGone(presence, tabId, take, givesWayMs),
      );
    },
  };
}

/** Whether `take` was called. */
async function takeIfGone(
  presence: TabPresence,
  tabId: string,
  take: () => void,
  laterMs = 0,
): Promise<boolean> {
  const mark = markOf(tabId);
  const isCrash = !isOfClosed(mark);
  if (isCrash && !(await isSilent(presence, tabId))) return false;
  // One that was just ended, perhaps to be loaded again, may be silent before its mark says so.
  const waitMs = (isCrash ? markSeenMs : mayLoadFor(mark)) + laterMs;
  if (waitMs > 0) await sleepFor(waitMs);
  let isTaken = false;
  await presence.ifGone(tabId, () => {
    if (markOf(tabId) !== mark) return;
    isTaken = true;
    take();
    // Another one is that of a page which was loaded meanwhile.
    if (markOf(tabId) === mark) tryStorage(() => localStorage.removeItem(openPrefix + tabId));
  });
  return isTaken;
}

async function isSilent(presence: TabPresence, tabId: string): Promise<boolean> {
  let isGone = false;
  await presence.ifGone(tabId, () => (isGone = true));
  return isGone;
}

const sleepFor = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** How an open page speaks for its id. */
interface TabPresence {
  /** The result ends it. */
  enter(id: string): () => void;
  /** Calls `act` if no open page speaks for that id. */
  ifGone(id: string, act: () => void): Promise<void>;
}

const lockedPresence: TabPresence = {
  enter(id) {
    let leave = () => {};
    const isOpen = new Promise<void>((closed) => (leave = closed));
    navigator.locks.request(openPrefix + id, () => isOpen).catch(() => undefined);
    return leave;
  },
  ifGone: (id, act) =>
    navigator.locks.request(openPrefix + id, { ifAvailable: true }, (lock) => {
      if (lock) act();
    }),
};

/** Of a page in the background, whose timers and messages wait, ms. */
const answerMs = 3000;

const answeringPresence: TabPresence = {
  enter(id) {
    const channel = new BroadcastChannel(openPrefix + id);
    channel.onmessage = ({ data }) => data === "there?" && channel.postMessage("here");
    return () => channel.close();
  },
  async ifGone(id, act) {
    const channel = new BroadcastChannel(openPrefix + id);
    const isThere = await new Promise<boolean>((resolve) => {
      channel.onmessage = ({ data }) => data === "here" && resolve(true);
      channel.postMessage("there?");
      setTimeout(resolve, answerMs, false);
    });
    channel.close();
    if (!isThere) act();
  },
};

/** That of the page before in this tab, unless a page that is open has it too, or may have it. */
function ownId(): string {
  const before = readTabStorage(idKey);
  if (before && isOfClosed(markOf(before))) return before;
  const id = newId();
  tryStorage(() => sessionStorage.setItem(idKey, id));
  return id;
}

/** Not that of a page that is open, or has crashed. */
const isOfClosed = (mark: string | undefined): boolean => mark === undefined || mark.startsWith(closedPrefix);

/** How much longer the next page of that tab may be loading, ms; no longer for a clock that was set back. */
function mayLoadFor(mark: string | undefined): number {
  if (!mark?.startsWith(closedPrefix)) return 0;
  const sinceMs = Date.now() - Number(mark.slice(closedPrefix.length));
  return sinceMs >= 0 && sinceMs < reloadMs ? reloadMs - sinceMs : 0;
}

/** No mark says the same as one that is old. */
function forgetClosed(): void {
  tryStorage(() => {
    for (const key of Object.keys(localStorage).filter((each) => each.startsWith(openPrefix))) {
      const mark = localStorage.getItem(key) ?? undefined;
      if (isOfClosed(mark) && mayLoadFor(mark) === 0) localStorage.removeItem(key);
    }
  });
}

const markOf = (tabId: string): string | undefined =>
  tryStorage(() => localStorage.getItem(openPrefix + tabId)) || undefined;

/** A browser that stores nothing has no tabs to tell apart. */
function tryStorage<T>(access: () => T): T | undefined {
  try {
    return access();
  } catch {
    return undefined;
  }
}
