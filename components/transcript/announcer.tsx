"use client";

import { type ReactElement, useEffect, useRef, useState } from "react";
import type { ShownConversation } from "#lib/client/conversation/shown-conversation.ts";
import type { Translate } from "#lib/client/i18n/translate.ts";
import { answerText } from "#lib/protocol/answer-text.ts";
import type { Connection } from "../message/connection-notices.tsx";
import { wordCount } from "../message/count-words.ts";
import { interruptKey, retryKey, runErrorKey } from "../message/error-key.ts";
import { modelName } from "../message/model-name.ts";
import { grouped } from "../ui/format-amount.ts";
import { useTranslate } from "../ui/i18n-provider.tsx";

/** The one place that speaks to a screen reader, and only where something begins or ends. */
export function Announcer({
  state,
  connection,
}: {
  state: ShownConversation;
  connection: Connection | undefined;
}): ReactElement {
  const t = useTranslate();
  const [announcement, setAnnouncement] = useState({ words: "", isAlert: false });
  const before = useRef({ id: state.id, busy: state.busy, isLost: false, retries: 0 });
  const isLost = connection?.lostAttempt !== undefined;
  const retry = state.turns.at(-1)?.liveRun?.retry;
  const retries = retry?.attempt ?? 0;
  useEffect(() => {
    const old = before.current;
    before.current = { id: state.id, busy: state.busy, isLost, retries };
    if (old.id !== state.id) return;
    if (state.busy !== old.busy)
      setAnnouncement(state.busy ? { words: t("say.answering"), isAlert: false } : endWords(t, state));
    else if (isLost !== old.isLost)
      setAnnouncement({ words: t(isLost ? "say.lost" : "say.back"), isAlert: false });
    else if (retries > old.retries) setAnnouncement({ words: retryWords(t, state), isAlert: false });
  }, [state, isLost, retries, t]);
  return (
    <>
      <output className="sr-only">{announcement.isAlert ? "" : announcement.words}</output>
      <p role="alert" className="sr-only">
        {announcement.isAlert ? announcement.words : ""}
      </p>
    </>
  );
}

function retryWords(t: Translate, { turns }: ShownConversation): string {
  const { retry, model = "" } = turns.at(-1)?.liveRun ?? {};
  const key = retryKey(retry?.reason ?? "");
  return key ? t("say.retry", { why: t(key, { model: modelName(t, model) }) }) : "";
}

function endWords(t: Translate, { turns }: ShownConversation): { words: string; isAlert: boolean } {
  const answer = turns.at(-1)?.answer;
  // What was not sent speaks for itself, beside its turn.
  if (!answer?.ending) return { words: "", isAlert: false };
  const { ending } = answer;
  if (ending.type === "abort") return { words: t("say.stopped"), isAlert: false };
  if (ending.type === "error")
    return { words: `${t("say.failed")}: ${t(runErrorKey(ending.code))}`, isAlert: true };
  if (ending.type === "interrupted")
    return {
      words: t(interruptKey(ending.reason)),
      isAlert: true,
    };
  const n = wordCount(answerText(answer.parts));
  return { words: t(n === 1 ? "say.complete.one" : "say.complete", { n: grouped(n) }), isAlert: false };
}
