import { readTabStorage } from "#lib/client/read-tab-storage.ts";

const storageKey = "rivulet-position";

/** Where a reader is in a conversation: by its turn at the top of the view, since heights may change. */
export interface KeptPosition {
  conversationId: string;
  /** Of the turn's heading; absent: at the end, whose newest lines are followed. */
  turn?: string;
  /** The top of that turn, px below that of the view. */
  top: number;
}

/** Where the reader is now. */
export function positionIn(content: HTMLElement, conversationId: string, isPinned: boolean): KeptPosition {
  const turns = isPinned ? [] : [...content.querySelectorAll(".turn")];
  const turn = turns.findLast((each) => each.getBoundingClientRect().top <= 72) ?? turns[0];
  const id = turn?.getAttribute("aria-labelledby");
  return { conversationId, ...(id && { turn: id }), top: turn?.getBoundingClientRect().top ?? 0 };
}

/** Stores it for the reload of this tab. */
export function keepPosition(position: KeptPosition): void {
  try {
    sessionStorage.setItem(storageKey, JSON.stringify(position));
  } catch {
    // A reload opens at the newest turn then.
  }
}

const leftPositions = new Map<string, KeptPosition>();

/** For the way back to it in this page. */
export const leaveAt = (position: KeptPosition): void =>
  void leftPositions.set(position.conversationId, position);

/** Where a conversation was left; undefined: it was not shown yet. */
export const leftPosition = (conversationId: string): KeptPosition | undefined =>
  leftPositions.get(conversationId);

/**
 * What this tab kept before it was reloaded; undefined of another conversation, and after other ways here.
 */
export function positionBeforeReload(conversationId: string): KeptPosition | undefined {
  const [page] = performance.getEntriesByType("navigation");
  const isBack = page && "type" in page && (page.type === "reload" || page.type === "back_forward");
  const stored = isBack ? readTabStorage(storageKey) : "";
  if (stored === "") return undefined;
  // Only this file writes it.
  const position: KeptPosition = JSON.parse(stored);
  return position.conversationId === conversationId ? position : undefined;
}

/** Where to scroll for that place, px; undefined: its turn is not there, or not yet. */
export function topOfPosition({ turn, top }: KeptPosition, content: HTMLElement): number | undefined {
  if (turn === undefined) return document.documentElement.scrollHeight - window.innerHeight;
  const element = content.querySelector(`[aria-labelledby="${CSS.escape(turn)}"]`);
  return element ? window.scrollY + element.getBoundingClientRect().top - top : undefined;
}
