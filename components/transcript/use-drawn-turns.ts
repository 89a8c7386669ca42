import { useEffect, useLayoutEffect, useRef, useState } from "react";
import type { ShownConversation } from "#lib/client/conversation/shown-conversation.ts";
import type { Turn } from "#lib/client/conversation/turns.ts";
import { firstOfTurns } from "./drawn-turns.ts";
import { leftPosition } from "./kept-position.ts";

/** A page that is never idle draws the next ones all the same, ms. */
const maxIdleWaitMs = 300;

/**
 * The turns to draw: at first the newest, as many as are seen, or those from where the reader left; then
 * those before them, a few whenever the page has nothing else to do. The page that the server rendered is
 * drawn whole.
 */
export function useDrawnTurns({ id, turns }: ShownConversation): readonly Turn[] {
  const [drawn, setDrawn] = useState({ id, first: turns[0]?.key });
  const isShown = drawn.id === id && drawn.first !== undefined;
  // Those that came before it since, or all: its beginning is another one now.
  const first = Math.max(0, isShown ? turns.findIndex((turn) => turn.key === drawn.first) : 0);
  const at = isShown ? first : firstOfTurns(turns, turns.length, leftPosition(id)?.turn);
  const key = turns[at]?.key;
  if (drawn.id !== id || drawn.first !== key) setDrawn({ id, first: key });
  const newest = useRef(turns);
  useLayoutEffect(() => {
    newest.current = turns;
  });
  const isWhole = at === 0;
  useEffect(() => {
    if (isWhole || key === undefined) return;
    return whenIdle(() => {
      const all = newest.current;
      const end = all.findIndex((turn) => turn.key === key);
      setDrawn({ id, first: all[firstOfTurns(all, end)]?.key });
    });
  }, [id, key, isWhole]);
  return isWhole ? turns : turns.slice(at);
}

function whenIdle(then: () => void): () => void {
  if (typeof requestIdleCallback === "function") {
    const request = requestIdleCallback(then, { timeout: maxIdleWaitMs });
    return () => cancelIdleCallback(request);
  }
  const timer = setTimeout(then, maxIdleWaitMs / 6);
  return () => clearTimeout(timer);
}
