"use client";

import type { ReactElement } from "react";
import type { Intent } from "#lib/client/conversation/pending-message.ts";
import { useConversation } from "../providers/conversation-provider.tsx";
import { useTranslate } from "../ui/i18n-provider.tsx";
import { Icon } from "../ui/icon.tsx";
import { Tick } from "../ui/tick.tsx";

/** A question that is sent once there is a network again. It needs none to be shown. */
export function WaitingRow({ intent }: { intent: Intent["type"] }): ReactElement {
  const t = useTranslate();
  const { actions } = useConversation();
  const isMessage = intent === "message";
  return (
    <div className="row ending">
      <Tick name="gap" tone="cut" />
      <div className="end">
        <p className="why run">{t("problem.offline.why")}</p>
        <div className="actions">
          <button
            type="button"
            className={isMessage ? "btn line" : "btn"}
            onClick={isMessage ? actions.edit : actions.discard}
          >
            {isMessage && <Icon name="edit" />}
            {t(isMessage ? "action.edit" : "index.close")}
          </button>
        </div>
      </div>
    </div>
  );
}
