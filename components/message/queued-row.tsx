"use client";

import type { ReactElement } from "react";
import { useConversation } from "../providers/conversation-provider.tsx";
import { useTranslate } from "../ui/i18n-provider.tsx";
import { Icon } from "../ui/icon.tsx";
import { Tick } from "../ui/tick.tsx";
import { useBroughtToEnd } from "./use-brought-to-end.ts";

/** A question that begins a branch, and waits for the end of the answer that is being written. */
export function QueuedRow(): ReactElement {
  const t = useTranslate();
  const { actions } = useConversation();
  useBroughtToEnd();
  return (
    <div className="row ending">
      <Tick name="enter" />
      <div className="end">
        <p className="why">{t("branch.waits")}</p>
        <div className="actions">
          <button type="button" className="btn line" onClick={actions.stop}>
            <Icon name="stop" />
            {t("branch.now")}
          </button>
          <button type="button" className="btn line" onClick={actions.edit}>
            <Icon name="edit" />
            {t("action.edit")}
          </button>
        </div>
      </div>
    </div>
  );
}
