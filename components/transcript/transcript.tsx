"use client";

import { type ReactElement, useEffect } from "react";
import type { ShownConversation } from "#lib/client/conversation/shown-conversation.ts";
import type { Turn } from "#lib/client/conversation/turns.ts";
import { lazyParts } from "../message/lazy-parts.ts";
import { useNewestTurn } from "../providers/conversation-provider.tsx";
import { useTranslate } from "../ui/i18n-provider.tsx";
import { useOnline } from "../ui/use-online.ts";
import { LazyQuestionText } from "./lazy-question-text.ts";
import { TurnView } from "./turn-view.tsx";

/** After everything that the page needs at once, ms. */
const preloadAfterMs = 3000;

interface TranscriptProps {
  conversation: ShownConversation;
  /** Those of its turns that are drawn so far: its newest. */
  turns: readonly Turn[];
  /** The turn that was asked for here, in this page. */
  freshKey: string | undefined;
}

/** The turns of a conversation. Not a live region: the announcer speaks for it. */
export function Transcript({ conversation, turns, freshKey }: TranscriptProps): ReactElement {
  const { busy, rest } = conversation;
  const t = useTranslate();
  const isOffline = !useOnline();
  const isAway = useNewestTurn().notice?.lostAttempt !== undefined;
  const newest = turns.length - 1;
  useEffect(() => {
    const timer = setTimeout(() => {
      for (const { preload } of [lazyParts.NotSentRow, LazyQuestionText]) preload();
    }, preloadAfterMs);
    return () => clearTimeout(timer);
  }, []);
  return (
    <section aria-label={t("transcript.label")}>
      {rest === "older" && <p className="note">{t("transcript.rest")}</p>}
      {turns.map((turn, at) => (
        <TurnView
          key={turn.key}
          turn={turn}
          isNewest={at === newest}
          canAskAgain={at === newest && !busy}
          isFresh={at === newest && turn.key === freshKey}
          isAway={at === newest && isAway}
          isOffline={at === newest && isOffline}
          isCut={at === newest && rest === "answer"}
        />
      ))}
    </section>
  );
}
