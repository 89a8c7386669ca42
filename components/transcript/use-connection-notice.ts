import { useEffect, useMemo, useState } from "react";
import type { ShownConversation } from "#lib/client/conversation/shown-conversation.ts";
import type { ConnectionNotice } from "../providers/conversation-provider.tsx";

/** A connection that is live again sooner than this is not mentioned. */
const mentionedAfterMs = 1000;

/** What is to be said of the connection; undefined: nothing. */
export function useConnectionNotice({
  connection,
  busy,
  reconnectedAfterMs,
  durability,
}: ShownConversation): ConnectionNotice | undefined {
  const isAway = busy && (connection.type === "waiting" || connection.type === "connecting");
  const [attempt, setAttempt] = useState(0);
  const [isMentioned, setMentioned] = useState(false);
  const newestAttempt = connection.type === "waiting" ? connection.attempt : undefined;
  // While it connects, the number of the attempt stays.
  const shownAttempt = isAway ? (newestAttempt ?? attempt) : 0;
  if (shownAttempt !== attempt) setAttempt(shownAttempt);
  useEffect(() => {
    if (!isAway) return;
    const timer = setTimeout(() => setMentioned(true), mentionedAfterMs);
    return () => {
      clearTimeout(timer);
      setMentioned(false);
    };
  }, [isAway]);
  const isHeldBack = busy && connection.type === "held-back";
  const lostAttempt = isMentioned && shownAttempt > 0 ? shownAttempt : undefined;
  const isBack = !isHeldBack && (reconnectedAfterMs ?? 0) >= mentionedAfterMs;
  const backAfterMs = isBack ? reconnectedAfterMs : undefined;
  return useMemo(() => {
    const isSilent =
      lostAttempt === undefined && backAfterMs === undefined && durability === "ok" && !isHeldBack;
    return isSilent ? undefined : { lostAttempt, backAfterMs, durability, isHeldBack };
  }, [lostAttempt, backAfterMs, durability, isHeldBack]);
}
