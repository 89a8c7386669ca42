"use client";

import type { ReactElement } from "react";
import type { ShownConversation } from "#lib/client/conversation/shown-conversation.ts";
import { EmptyState } from "../ui/empty-state.tsx";
import { useTranslate } from "../ui/i18n-provider.tsx";
import { keepsCookies } from "../ui/keeps-cookies.ts";
import type { Gone } from "./use-gone.ts";

/** Why a conversation cannot be shown, or not yet; nothing for one that is there. */
export function StatusNotice({
  phase,
  gone,
  onRenew,
}: {
  phase: ShownConversation["phase"];
  /** In a new conversation: the one that it stands for. */
  gone: Gone | undefined;
  onRenew(): void;
}): ReactElement | null {
  const t = useTranslate();
  switch (phase) {
    case "ready":
      return gone ? (
        <EmptyState title={t("missing.title")} text={t("missing.text")}>
          <p>{t(gone.hasText ? "missing.kept" : "missing.new")}</p>
        </EmptyState>
      ) : null;
    // It gives way to a new one.
    case "missing":
    case "loading":
      return <p className="note calm">{t("loading")}</p>;
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
