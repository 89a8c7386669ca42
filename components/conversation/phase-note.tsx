"use client";

import type { ReactElement } from "react";
import type { ConversationState } from "#lib/client/conversation-store.ts";
import { keepsCookies } from "../ui/keeps-cookies.ts";
import { useWords } from "../ui/words-provider.tsx";
import { CalmNote } from "./calm-note.tsx";

/** Why a conversation cannot be shown, or not yet; nothing for one that is there. */
export function PhaseNote({
  phase,
  onNew,
  onRenew,
}: {
  phase: ConversationState["phase"];
  onNew(): void;
  onRenew(): void;
}): ReactElement | null {
  const t = useWords();
  switch (phase) {
    case "ready":
      return null;
    case "loading":
      return <p className="note calm">{t("loading")}</p>;
    case "missing":
      return (
        <CalmNote title={t("missing.title")} text={t("missing.text")}>
          <button type="button" className="btn line" onClick={onNew}>
            {t("index.new")}
          </button>
        </CalmNote>
      );
    case "no-session": {
      // Only the browser finds that its session is gone: the server has just set one.
      const why = keepsCookies() ? "session" : "cookies";
      return (
        <CalmNote title={t(`${why}.title`)} text={t(`${why}.text`)}>
          <button type="button" className="btn line" onClick={onRenew}>
            {t("action.reload")}
          </button>
        </CalmNote>
      );
    }
    default:
      return phase satisfies never;
  }
}
