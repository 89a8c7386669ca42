/** Whether the view follows what is written, and how many lines have come since it does not. */
export interface ScrollFollowing {
  isPinned: boolean;
  /** Lines below the fold that came after the reader scrolled away; 0 shows no pill. */
  newLines: number;
  /** Much more than a screen lies below: there is a way to the end, also where nothing is written. */
  isFar: boolean;
}

export interface FollowScroll {
  getState(): ScrollFollowing;
  subscribe(changed: () => void): () => void;
  /** To the end, and follow from now on. */
  toEnd(): void;
  /** The reader wants to stay where they are. */
  release(): void;
  /** Puts the view where `top` says without taking it for the reader's doing; then follows, or not. */
  scrollTo(top: number, isPinned: boolean): void;
  /** The page has grown or shrunk. Follows only while `isLive`. */
  resized(isLive: boolean): void;
  /** Watches the reader until the signal aborts. */
  watch(content: HTMLElement, signal: AbortSignal): void;
}

const lineHeight = 28;
/** Within this of the end, a reader who moves down follows again. */
const nearEnd = 60;
/** A pill needs this much below the fold to appear; it goes at `nearEnd`. */
const pillFrom = 120;
/** Screens below the fold that are far. */
const farFrom = 1;

/**
 * Follows the end of the document. Every write of ours is remembered as the expected scrollTop: a scroll
 * event that shows it is our own, whatever the page has grown by meanwhile, and any other is the reader's.
 */
export function createFollowScroll(): FollowScroll {
  const listeners = new Set<() => void>();
  let state: ScrollFollowing = { isPinned: true, newLines: 0, isFar: false };
  let expected = -1;
  let lastTop = 0;
  let heightAtRelease = 0;

  const page = () => document.documentElement;
  const endTop = () => page().scrollHeight - window.innerHeight;
  const toGo = () => endTop() - window.scrollY;

  const isFar = (isPinned: boolean) => !isPinned && toGo() > farFrom * window.innerHeight;

  function set(next: Partial<Omit<ScrollFollowing, "isFar">>): void {
    const merged = { ...state, ...next, isFar: isFar(next.isPinned ?? state.isPinned) };
    if (
      merged.isPinned === state.isPinned &&
      merged.newLines === state.newLines &&
      merged.isFar === state.isFar
    )
      return;
    state = merged;
    for (const changed of listeners) changed();
  }

  function write(top: number): void {
    window.scrollTo({ top, behavior: "instant" });
    expected = lastTop = window.scrollY;
  }

  function release(): void {
    if (!state.isPinned) return;
    heightAtRelease = page().scrollHeight;
    set({ isPinned: false, newLines: 0 });
  }

  function toEnd(): void {
    set({ isPinned: true, newLines: 0 });
    write(endTop());
  }

  function scrollTo(top: number, isPinned: boolean): void {
    write(top);
    heightAtRelease = page().scrollHeight;
    set({ isPinned, newLines: 0 });
  }

  function resized(isLive: boolean): void {
    if (state.isPinned) {
      if (isLive && toGo() > 1) write(endTop());
      return;
    }
    const grown = Math.round((page().scrollHeight - heightAtRelease) / lineHeight);
    const shows = isLive || state.newLines > 0;
    set({ newLines: shows && grown > 0 && toGo() > (state.newLines > 0 ? nearEnd : pillFrom) ? grown : 0 });
  }

  function scrolled(): void {
    const top = window.scrollY;
    const isOwn = Math.abs(top - expected) <= 1;
    const movedDown = top > lastTop;
    const moved = Math.abs(top - lastTop) > 1;
    lastTop = top;
    if (isOwn || !moved) return;
    expected = -1;
    if (movedDown && toGo() <= nearEnd) set({ isPinned: true, newLines: 0 });
    // The browser's own correction after the page has shrunk leaves us at the end: that is no wish of the
    // reader's.
    else if (toGo() > 1) release();
    set({});
  }

  return {
    getState: () => state,
    subscribe(changed) {
      listeners.add(changed);
      return () => void listeners.delete(changed);
    },
    toEnd,
    release,
    scrollTo,
    resized,
    watch: (content, signal) => watchReader(content, { scrolled, release, toEnd, signal }),
  };
}

interface Watching {
  scrolled(): void;
  release(): void;
  toEnd(): void;
  signal: AbortSignal;
}

function watchReader(content: HTMLElement, { scrolled, release, toEnd, signal }: Watching): void {
  const passive = { signal, passive: true };
  window.addEventListener("scroll", scrolled, passive);
  window.addEventListener("wheel", ({ deltaY }) => deltaY < 0 && release(), passive);
  let from = 0;
  window.addEventListener("touchstart", ({ touches }) => void (from = touches[0]?.clientY ?? 0), passive);
  window.addEventListener(
    "touchmove",
    ({ touches }) => (touches[0]?.clientY ?? 0) - from >= 10 && release(),
    passive,
  );
  window.addEventListener("keydown", (event) => readKey(event, { release, toEnd }), { signal });
  // The scrollbar lies to the right of the page itself.
  window.addEventListener(
    "pointerdown",
    ({ clientX }) => clientX >= document.documentElement.clientWidth && release(),
    passive,
  );
  document.addEventListener(
    "selectionchange",
    () => {
      const selection = document.getSelection();
      if (selection && !selection.isCollapsed && content.contains(selection.anchorNode)) release();
    },
    { signal },
  );
  // What the reader opens or closes keeps its place under the pointer.
  content.addEventListener(
    "click",
    ({ target }) => target instanceof Element && target.closest("[aria-expanded]") && release(),
    { signal },
  );
}

function readKey(event: KeyboardEvent, { release, toEnd }: Pick<Watching, "release" | "toEnd">): void {
  const { target, key } = event;
  if (event.defaultPrevented || (target instanceof Element && usesKeys(target))) return;
  if (key === "PageUp" || key === "Home" || key === "ArrowUp" || (key === " " && event.shiftKey)) release();
  if (key !== "End" || event.metaKey || event.altKey) return;
  event.preventDefault();
  toEnd();
}

/**
 * A field without a word in it has no use for these keys: the page has. The focus stands there after every
 * question.
 */
const usesKeys = (target: Element): boolean =>
  Boolean(target.closest("input, select, dialog")) ||
  (target instanceof HTMLTextAreaElement && target.value !== "");
