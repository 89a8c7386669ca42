"use client";

import { useEffect, useRef } from "react";
import { browserWindows } from "#lib/client/browser-windows.ts";
import { wantsNotifying } from "#lib/client/notify-setting.ts";
import { watchBackgroundRuns } from "#lib/client/watch-background-runs.ts";
import { watchChanges } from "#lib/client/watch-changes.ts";
import { changeTag } from "#lib/protocol/newest-change.ts";
import { useChat } from "../providers/chat-provider.tsx";
import { useTranslate } from "../ui/i18n-provider.tsx";
import { navigate } from "../ui/navigate.ts";

/**
 * Shows nothing: watches the runs in the background, and what is changed elsewhere, as long as the page
 * lives.
 */
export function BackgroundWatch({ shownId }: { shownId: string | undefined }): null {
  const { chat, background, environment } = useChat();
  const t = useTranslate();
  useChanges(shownId);
  useEffect(() => {
    const over = new AbortController();
    const isBusy = () =>
      chat
        .getState()
        .conversations.some(({ id, activeRunId }) => activeRunId !== undefined && id !== shownId);
    const notifies = () => mayNotify() && wantsNotifying(document.cookie);
    void watchBackgroundRuns(
      {
        ...{ environment, background, isBusy, notifies },
        notify: ({ conversationId, runId, title }, what) =>
          showNotification(title || t("index.untitled"), {
            ...{ body: t(`notify.${what}`), tag: runId },
            onClick: () => navigate(`/c/${conversationId}`),
          }),
      },
      over.signal,
    );
    return () => over.abort();
  }, [chat, background, environment, shownId, t]);
  return null;
}

/** After an answer that was written here: its end is a change too, and known. */
const ownEndMs = 3_000;

/** Reads the list when something was changed elsewhere, and the shown conversation if a run began in it. */
function useChanges(shownId: string | undefined): void {
  const { chat, environment } = useChat();
  const shown = useRef(shownId);
  const busyAt = useRef(Number.NEGATIVE_INFINITY);
  useEffect(() => {
    shown.current = shownId;
    if (shownId === undefined) return;
    const live = chat.conversation(shownId);
    return live.subscribe(() => {
      if (live.getState().busy) busyAt.current = environment.now();
    });
  }, [chat, environment, shownId]);
  useEffect(() => {
    const over = new AbortController();
    const newest = () => changeTag(chat.getState().conversations[0]);
    void watchChanges(
      environment,
      browserWindows(),
      {
        newest,
        onChange({ tag, conversationId, activeRunId }) {
          if (tag !== newest()) chat.refresh();
          if (conversationId === undefined || conversationId !== shown.current) return;
          const live = chat.conversation(conversationId);
          const isKnown = activeRunId === undefined && environment.now() - busyAt.current < ownEndMs;
          if (!live.getState().busy && !isKnown) live.refresh();
        },
      },
      over.signal,
    );
    return () => over.abort();
  }, [chat, environment]);
}

const mayNotify = (): boolean => "Notification" in window && Notification.permission === "granted";

/** Windows of one browser that notify of the same are one notification: it has the tag of the run. */
function showNotification(
  title: string,
  { body, tag, onClick }: { body: string; tag: string; onClick(): void },
): void {
  try {
    const notification = new Notification(title, { body, tag });
    notification.addEventListener("click", () => {
      window.focus();
      notification.close();
      onClick();
    });
  } catch {
    // Browsers of phones take none from a page.
  }
}
