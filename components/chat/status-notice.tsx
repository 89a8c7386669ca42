"use client";

import type { ReactElement } from "react";
import type { ShownConversation } from "#lib/client/conversation/shown-conversation.ts";
import { EmptyState } from "../ui/empty-state.tsx";
import { useTranslate } from "../ui/i18n-provider.tsx";
import { keepsCookies } from "../ui/keeps-cookies.ts";

/** Why a conversation cannot be shown, or not yet; nothing for one that is there. */
export function StatusNotice({
  phase,
  onNew,
  onRenew,
}: {
  phase: ShownConversation["phase"];
  onNew(): void;
  onRenew(): void;
}): ReactElement | null {
  const t = useTranslate();
  switch (phase) {
    case "ready":
      return null;
    case "loading":
      return <p className="note calm">{t("loading")}</p>;
    case "missing":
      return (
        <EmptyState title={t("missing.title")} text={t("missing.text")}>
          <button type="button" className="btn line" onClick={onNew}>
            {t("index.new")}
          </button>
        </EmptyState>
      );
    case "no-session": {
      // Only the browser finds that its session is gone: the server has just set one.
      const why = keepsCookies() ? "session" : "cookies";
      return (
        <EmptyState title={t(`${why}.title`)} text={t(`${why}.text`)}>
          <button type="button" className="btn line" onClick={onRenew}>
            {t("action.reload")}
          </button>
        </EmptyState>
      );
    }
    default:
      return phase satisfies never;
  }
}
