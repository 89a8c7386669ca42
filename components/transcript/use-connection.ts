import { useEffect, useMemo, useState } from "react";
import type { ShownConversation } from "#lib/client/conversation/shown-conversation.ts";
import type { Connection } from "../message/connection-notices.tsx";

/** A line that is back sooner than this was never away, for a reader. */
const toldAfterMs = 1000;

/** What there is to tell of the line; undefined while there is nothing. */
export function useConnection({
  connection,
  busy,
  reconnectedAfterMs,
  durability,
}: ShownConversation): Connection | undefined {
  const isAway = busy && (connection.type === "waiting" || connection.type === "connecting");
  const [attempt, setAttempt] = useState(0);
  const [isTold, setTold] = useState(false);
  const lineAttempt = connection.type === "waiting" ? connection.attempt : undefined;
  // Between two attempts the line says "connecting": the number stays until it is back.
  const shownAttempt = isAway ? (lineAttempt ?? attempt) : 0;
  if (shownAttempt !== attempt) setAttempt(shownAttempt);
  useEffect(() => {
    if (!isAway) return;
    const timer = setTimeout(() => setTold(true), toldAfterMs);
    return () => {
      clearTimeout(timer);
      setTold(false);
    };
  }, [isAway]);
  const lostAttempt = isTold && shownAttempt > 0 ? shownAttempt : undefined;
  const backAfterMs = (reconnectedAfterMs ?? 0) >= toldAfterMs ? reconnectedAfterMs : undefined;
  return useMemo(() => {
    const silent = lostAttempt === undefined && backAfterMs === undefined && durability === "ok";
    return silent ? undefined : { lostAttempt, backAfterMs, durability };
  }, [lostAttempt, backAfterMs, durability]);
}
