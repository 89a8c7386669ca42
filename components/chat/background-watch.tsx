"use client";

import { useEffect } from "react";
import { wantsNotifying } from "#lib/client/notify-setting.ts";
import { watchBackgroundRuns } from "#lib/client/watch-background-runs.ts";
import { useChat } from "../providers/chat-provider.tsx";
import { useTranslate } from "../ui/i18n-provider.tsx";
import { navigate } from "../ui/navigate.ts";

/** Shows nothing: watches the runs in the background as long as the page lives. */
export function BackgroundWatch({ shownId }: { shownId: string | undefined }): null {
  const { chat, background, environment } = useChat();
  const t = useTranslate();
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
