import { newId } from "./environment.ts";

/**
 * This page among the tabs of its browser, for what each tab keeps by itself.
 *
 * 1. An id is of one open page at a time. A reload keeps it; a tab that was duplicated gets its own.
 * 2. An open page is marked in the storage and holds a lock. One that was closed has removed its mark; of one
 *    that crashed the mark is still there, and the lock is free.
 * 3. Where there are no locks (a page without TLS) a mark counts for a day.
 */
export interface BrowserTab {
  id: string;
  /** The page with that id has been closed. */
  isClosed(tabId: string): boolean;
  /** Calls `take` if the page with that id has crashed; nobody else does so at the same time. */
  ifCrashed(tabId: string, take: () => void): Promise<void>;
}

const idKey = "rivulet-tab";
const openPrefix = "rivulet-open:";
const markMs = 24 * 60 * 60 * 1000;

let own: BrowserTab | undefined;

/** The tab of this page. Only to be called in a browser. */
export const browserTab = (): BrowserTab => (own ??= openTab());

function openTab(): BrowserTab {
  const hasLocks = "locks" in navigator;
  const id = ownId(hasLocks);
  let release = () => {};

  function open(): void {
    tryStorage(() => localStorage.setItem(openPrefix + id, String(Date.now())));
    if (!hasLocks) return;
    const isOpen = new Promise<void>((closed) => (release = closed));
    navigator.locks.request(openPrefix + id, () => isOpen).catch(() => undefined);
  }

  // A page that holds a lock is not kept for Back.
  window.addEventListener("pagehide", () => {
    tryStorage(() => localStorage.removeItem(openPrefix + id));
    release();
  });
  window.addEventListener("pageshow", (event) => event.persisted && open());
  open();
  return {
    id,
    isClosed: (tabId) => !isMarked(tabId, hasLocks),
    async ifCrashed(tabId, take) {
      if (!hasLocks) return;
      await navigator.locks.request(openPrefix + tabId, { ifAvailable: true }, (lock) => {
        if (!lock) return;
        take();
        tryStorage(() => localStorage.removeItem(openPrefix + tabId));
      });
    },
  };
}

/** That of the page before in this tab, unless a page that is open has it too, or may have it. */
function ownId(hasLocks: boolean): string {
  const before = tryStorage(() => sessionStorage.getItem(idKey));
  if (before && (!hasLocks || !isMarked(before, hasLocks))) return before;
  const id = newId();
  tryStorage(() => sessionStorage.setItem(idKey, id));
  return id;
}

function isMarked(tabId: string, hasLocks: boolean): boolean {
  const since = tryStorage(() => localStorage.getItem(openPrefix + tabId));
  return Boolean(since) && (hasLocks || Date.now() - Number(since) < markMs);
}

/** A browser that stores nothing has no tabs to tell apart. */
function tryStorage<T>(access: () => T): T | undefined {
  try {
    return access();
  } catch {
    return undefined;
  }
}
