"use client";

import { useEffect } from "react";

/** How far a finger goes, px, and how much more to the side than up or down. */
const minWay = 56;
const slope = 2;

interface SwipeWatchProps {
  isOpen: boolean;
  onOpen(): void;
  onClose(): void;
}

/** Shows nothing: a swipe to the right opens the index, one to the left closes it. */
export function SwipeWatch({ isOpen, onOpen, onClose }: SwipeWatchProps): null {
  useEffect(() => {
    const over = new AbortController();
    const options = { signal: over.signal, passive: true };
    let from: { x: number; y: number } | undefined;
    document.addEventListener(
      "touchstart",
      ({ touches, target }) => {
        const [touch, second] = touches;
        from = touch && !second && !isTaken(target) ? { x: touch.clientX, y: touch.clientY } : undefined;
      },
      options,
    );
    document.addEventListener(
      "touchend",
      ({ changedTouches }) => {
        const [touch] = changedTouches;
        if (!from || !touch || document.getSelection()?.isCollapsed === false) return;
        const [across, along] = [touch.clientX - from.x, Math.abs(touch.clientY - from.y)];
        from = undefined;
        if (Math.abs(across) < minWay || Math.abs(across) < slope * along) return;
        if (across > 0 && !isOpen && isNarrow()) onOpen();
        if (across < 0 && isOpen) onClose();
      },
      options,
    );
    return () => over.abort();
  }, [isOpen, onOpen, onClose]);
  return null;
}

/** Where there is no room for the index beside the page. */
const isNarrow = (): boolean => window.matchMedia("(max-width: 1279px)").matches;

/** What scrolls sideways, is written in, or is a dialog of its own, has its own use for a finger. */
function isTaken(target: EventTarget | null): boolean {
  if (!(target instanceof Element) || target.closest("input, textarea, select, dialog:not(.drawer)"))
    return true;
  for (let each: Element | null = target; each && each !== document.body; each = each.parentElement)
    if (each.scrollWidth > each.clientWidth + 1 && /auto|scroll/.test(getComputedStyle(each).overflowX))
      return true;
  return false;
}
