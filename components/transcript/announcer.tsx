"use client";

import { type ReactElement, useEffect, useRef, useState } from "react";
import type { ShownConversation } from "#lib/client/conversation/shown-conversation.ts";
import type { Part, ToolState } from "#lib/protocol/message.ts";
import { useNewestTurn } from "../providers/conversation-provider.tsx";
import { useTranslate } from "../ui/i18n-provider.tsx";
import type { AnnouncedEvent, Announcement } from "./announcement.ts";

/** The one place that speaks to a screen reader, and only where something begins or ends. */
export function Announcer({ conversation }: { conversation: ShownConversation }): ReactElement {
  const t = useTranslate();
  const { notice } = useNewestTurn();
  const [announcement, setAnnouncement] = useState<Announcement>({ words: "", isAlert: false });
  const before = useRef({
    id: conversation.id,
    busy: conversation.busy,
    isLost: false,
    retries: 0,
    work: "",
  });
  const isLost = notice?.lostAttempt !== undefined && !notice.isRefused;
  const { retry, parts } = conversation.turns.at(-1)?.liveRun ?? {};
  const retries = retry?.attempt ?? 0;
  const work = workOf(parts);
  useEffect(() => {
    const old = before.current;
    before.current = { id: conversation.id, busy: conversation.busy, isLost, retries, work };
    if (old.id !== conversation.id) return;
    const say = (words: string) => setAnnouncement({ words, isAlert: false });
    const announce = (event: AnnouncedEvent) =>
      void loadWords().then(
        ({ announcementOf }) => setAnnouncement(announcementOf(t, event, conversation)),
        () => undefined,
      );
    if (conversation.busy !== old.busy) {
      if (!conversation.busy) return announce("ended");
      say(t("say.answering"));
      void loadWords().catch(() => undefined);
    } else if (isLost !== old.isLost) say(t(isLost ? "say.lost" : "say.back"));
    else if (retries > old.retries) announce("retried");
    else if (work !== old.work && work !== "") announce("work");
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

/** With the first answer: when it ends there may be no network. */
const loadWords = () => import("./announcement.ts");

/** What a call waits for or does, by which another one is announced anew; "": nothing is open. */
function workOf(parts: readonly Part[] = []): string {
  const inState = (state: ToolState) =>
    parts.flatMap((part) =>
      part.type === "tool" && part.state === state ? [`${part.toolCallId} ${state} ${part.approvalId}`] : [],
    );
  return inState("approval-requested").join() || (inState("running").at(-1) ?? "");
}
