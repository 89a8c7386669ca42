"use client";

import { type ReactElement, useEffect, useRef, useState } from "react";
import type { ShownConversation } from "#lib/client/conversation/shown-conversation.ts";
import type { Translate } from "#lib/client/i18n/translate.ts";
import { answerText } from "#lib/protocol/answer-text.ts";
import { wordCount } from "../message/count-words.ts";
import { interruptKey, retryKey, runErrorKey } from "../message/error-key.ts";
import { modelName } from "../message/model-name.ts";
import { useNewestTurn } from "../providers/conversation-provider.tsx";
import { grouped } from "../ui/format-amount.ts";
import { useTranslate } from "../ui/i18n-provider.tsx";

/** The one place that speaks to a screen reader, and only where something begins or ends. */
export function Announcer({ conversation }: { conversation: ShownConversation }): ReactElement {
  const t = useTranslate();
  const { notice } = useNewestTurn();
  const [announcement, setAnnouncement] = useState({ words: "", isAlert: false });
  const before = useRef({
    id: conversation.id,
    busy: conversation.busy,
    isLost: false,
    retries: 0,
    work: "",
  });
  const isLost = notice?.lostAttempt !== undefined;
  const retry = conversation.turns.at(-1)?.liveRun?.retry;
  const retries = retry?.attempt ?? 0;
  const work = workWords(t, conversation);
  useEffect(() => {
    const old = before.current;
    before.current = { id: conversation.id, busy: conversation.busy, isLost, retries, work };
    if (old.id !== conversation.id) return;
    if (conversation.busy !== old.busy)
      setAnnouncement(
        conversation.busy ? { words: t("say.answering"), isAlert: false } : endWords(t, conversation),
      );
    else if (isLost !== old.isLost)
      setAnnouncement({ words: t(isLost ? "say.lost" : "say.back"), isAlert: false });
    else if (retries > old.retries) setAnnouncement({ words: retryWords(t, conversation), isAlert: false });
    else if (work !== old.work && work !== "") setAnnouncement({ words: work, isAlert: false });
  }, [conversation, isLost, retries, work, t]);
  return (
    <>
      <output className="sr-only">{announcement.isAlert ? "" : announcement.words}</output>
      <p role="alert" className="sr-only">
        {announcement.isAlert ? announcement.words : ""}
      </p>
    </>
  );
}

/** What the newest call is at, or wants of the person; empty where none is open. */
function workWords(t: Translate, { turns }: ShownConversation): string {
  const call = turns
    .at(-1)
    ?.liveRun?.parts.findLast((part) => part.type === "tool" && part.endedAt === undefined);
  if (call?.type !== "tool") return "";
  const values = { tool: call.toolName };
  if (call.state === "running") return t("say.tool", values);
  if (call.state !== "approval-requested") return "";
  return t(call.question ? "say.question" : "say.approval", values);
}

function retryWords(t: Translate, { turns }: ShownConversation): string {
  const { retry, model = "" } = turns.at(-1)?.liveRun ?? {};
  const key = retryKey(retry?.reason ?? "");
  return key ? t("say.retry", { why: t(key, { model: modelName(t, model) }) }) : "";
}

function endWords(t: Translate, { turns }: ShownConversation): { words: string; isAlert: boolean } {
  // What became of the newest answer, also where an earlier one is shown.
  const answer = turns.at(-1)?.failed ?? turns.at(-1)?.answer;
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
