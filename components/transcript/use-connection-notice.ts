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
  const [wasRefused, setRefused] = useState(false);
  const [isMentioned, setMentioned] = useState(false);
  const newestAttempt = connection.type === "waiting" ? connection.attempt : undefined;
  // While it connects, the number of the attempt stays.
  const shownAttempt = isAway ? (newestAttempt ?? attempt) : 0;
  if (shownAttempt !== attempt) setAttempt(shownAttempt);
  const isRefused = isAway && (connection.type === "waiting" ? connection.isRefused === true : wasRefused);
  if (isRefused !== wasRefused) setRefused(isRefused);
  useEffect(() => {
    if (!isAway) return;
    const timer = setTimeout(() => setMentioned(true), mentionedAfterMs);
    return () => {
      clearTimeout(timer);
      setMentioned(false);
    };
  }, [isAway]);
  const { type } = connection;
  const steps = busy && (type === "held-back" || type === "crowded") ? type : undefined;
  const lostAttempt = isMentioned && shownAttempt > 0 ? shownAttempt : undefined;
  const isBack = !steps && (reconnectedAfterMs ?? 0) >= mentionedAfterMs;
  const backAfterMs = isBack ? reconnectedAfterMs : undefined;
  return useMemo(() => {
    const isSilent = lostAttempt === undefined && backAfterMs === undefined && durability === "ok" && !steps;
    return isSilent ? undefined : { lostAttempt, isRefused, backAfterMs, durability, steps };
  }, [lostAttempt, isRefused, backAfterMs, durability, steps]);
}
