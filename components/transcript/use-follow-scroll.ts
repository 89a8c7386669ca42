import { type RefObject, useEffect, useLayoutEffect, useRef, useState } from "react";
import type { ShownConversation } from "#lib/client/conversation/shown-conversation.ts";
import type { Turn } from "#lib/client/conversation/turns.ts";
import { createFollowScroll, type FollowScroll } from "./follow-scroll.ts";
import {
  type KeptPosition,
  keepPosition,
  leaveAt,
  leftPosition,
  positionBeforeReload,
  positionIn,
  topOfPosition,
} from "./kept-position.ts";

interface FollowScrollOptions {
  conversation: ShownConversation;
  /** Its turns that are drawn so far: what comes before them moves nothing. */
  drawn: readonly Turn[];
  /** A new value whenever something was asked here: its turn is brought near the top. */
  asked: object | undefined;
}

/**
 * Opens a conversation at its newest turn, brings a new question near the top, and follows what is written.
 */
export function useFollowScroll(
  content: RefObject<HTMLElement | null>,
  { conversation, drawn, asked }: FollowScrollOptions,
): FollowScroll {
  const { id: conversationId, busy: isLive, rest, turns } = conversation;
  const [scroll] = useState(createFollowScroll);
  const live = useRef(isLive);
  const shown = useRef<string>(undefined);

  useLayoutEffect(() => {
    if (isLive) live.current = true;
    // The last words may come in the very commit that ends the answer: their growth is followed too.
    else return afterFrames(2, () => void (live.current = false));
  }, [isLive]);

  // Before the first paint of this conversation, and again once its turns have been loaded.
  useLayoutEffect(() => {
    const hasTurns = Boolean(content.current?.querySelector(".turn"));
    const now = `${conversationId} ${hasTurns}`;
    if (!content.current || shown.current === now) return;
    shown.current = now;
    const left = leftPosition(conversationId);
    const top = left?.turn === undefined ? undefined : topOfPosition(left, content.current);
    if (top === undefined) openAtLastTurn(scroll, content.current, live.current);
    else scroll.scrollTo(top, false);
  });

  // What is still to come of it, or to be drawn.
  const isPartial = rest !== undefined || drawn.length < turns.length;
  useKeptPlace(content, scroll, { id: conversationId, first: drawn[0]?.key, isPartial });
  usePositionOverReload(content, scroll, conversationId);

  useLayoutEffect(() => {
    if (asked) scroll.toEnd();
  }, [asked, scroll]);

  useEffect(() => {
    const element = content.current;
    if (!element) return;
    history.scrollRestoration = "manual";
    const over = new AbortController();
    scroll.watch(element, over.signal);
    const sizes = new ResizeObserver(() => scroll.resized(live.current));
    sizes.observe(element);
    // What is written is followed before its frame is laid out, so that what stands beneath it keeps its
    // place; the observer of sizes, which comes after, is left the pictures, faces and windows that change
    // without a word.
    const words = new MutationObserver(() => live.current && scroll.resized(true));
    words.observe(element, { subtree: true, childList: true, characterData: true });
    // A keyboard that opens must not cover the end that the reader is at.
    const { signal } = over;
    window.addEventListener("resize", () => scroll.getState().isPinned && scroll.toEnd(), { signal });
    return () => {
      sizes.disconnect();
      words.disconnect();
      over.abort();
    };
  }, [content, scroll]);

  useEffect(() => {
    const keep = () =>
      content.current && leaveAt(positionIn(content.current, conversationId, scroll.getState().isPinned));
    window.addEventListener("scroll", keep, { passive: true });
    return () => window.removeEventListener("scroll", keep);
  }, [content, conversationId, scroll]);

  return scroll;
}

/** What comes above the newest turn, once there is time or the rest arrives, does not move it. */
function useKeptPlace(
  content: RefObject<HTMLElement | null>,
  scroll: FollowScroll,
  { id, first, isPartial }: { id: string; first: string | undefined; isPartial: boolean },
): void {
  const before = useRef<{ id: string; turn: number; page: number }>(undefined);

  useLayoutEffect(() => {
    const last = before.current;
    before.current = undefined;
    if (last?.id === id) {
      if (scroll.getState().isPinned) scroll.toEnd();
      else scroll.scrollTo(last.page + topOfLastTurn(content.current) - last.turn, false);
    }
    if (!isPartial) return;
    const keep = () => {
      before.current = { id, turn: topOfLastTurn(content.current), page: window.scrollY };
    };
    keep();
    window.addEventListener("scroll", keep, { passive: true });
    return () => window.removeEventListener("scroll", keep);
  }, [content, scroll, id, first, isPartial]);
}

/** A reload of the tab leaves the reader where they were, once what they were reading is there. */
function usePositionOverReload(
  content: RefObject<HTMLElement | null>,
  scroll: FollowScroll,
  conversationId: string,
): void {
  /** Null: there is none, or the reader is there. */
  const before = useRef<KeptPosition | null>(undefined);

  useLayoutEffect(() => {
    if (before.current === undefined) before.current = positionBeforeReload(conversationId) ?? null;
    const position = before.current;
    if (!position || !content.current) return;
    const isShown = position.conversationId === conversationId;
    const top = isShown ? topOfPosition(position, content.current) : 0;
    if (top === undefined) return;
    if (isShown) scroll.scrollTo(top, position.turn === undefined);
    before.current = null;
  });

  useEffect(() => {
    const over = new AbortController();
    const { signal } = over;
    const keep = () =>
      content.current &&
      keepPosition(positionIn(content.current, conversationId, scroll.getState().isPinned));
    window.addEventListener("pagehide", keep, { signal });
    // Whoever scrolls meanwhile is not taken there any more.
    for (const event of ["wheel", "touchmove", "keydown"])
      window.addEventListener(event, () => void (before.current = null), { signal, passive: true });
    return () => over.abort();
  }, [content, conversationId, scroll]);
}

/** With one line in it, and one of an answer above it, px. */
const dockHeight = 140;

/** On the page, px. */
const topOfLastTurn = (content: HTMLElement | null): number =>
  window.scrollY + (content?.querySelector(".turn:last-of-type")?.getBoundingClientRect().top ?? 0);

/**
 * A live answer at its end; a settled one at its question, or at its end where all of it can be seen. A
 * question that leaves no room for a line of its answer has been read: there it is the answer.
 */
function openAtLastTurn(scroll: FollowScroll, content: HTMLElement, isLive: boolean): void {
  const last = content.querySelector(".turn:last-of-type");
  const end = document.documentElement.scrollHeight - window.innerHeight;
  const [asked, answer] = [last?.firstElementChild, last?.querySelector(".ledger")];
  const isTaller = (asked?.clientHeight ?? 0) > window.innerHeight - 72 - dockHeight;
  const shown = isTaller ? answer : last;
  const question = shown ? window.scrollY + shown.getBoundingClientRect().top - 72 : 0;
  scroll.scrollTo(isLive ? end : Math.max(0, Math.min(end, question)), isLive || question >= end);
}

function afterFrames(count: number, then: () => void): () => void {
  let frame = 0;
  const next = (left: number) => {
    frame = requestAnimationFrame(() => (left > 1 ? next(left - 1) : then()));
  };
  next(count);
  return () => cancelAnimationFrame(frame);
}
