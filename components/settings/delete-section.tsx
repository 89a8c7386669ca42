"use client";

import { type ReactElement, useState } from "react";
import { sessionRequests } from "#lib/client/session-requests.ts";
import { useChat } from "../providers/chat-provider.tsx";
import { useTranslate } from "../ui/i18n-provider.tsx";
import { Confirm } from "./confirm.tsx";
import { forgetWritten } from "./forget-written.ts";
import { SettingLine } from "./setting-line.tsx";

/** Deletes everything, after it has asked. */
export function DeleteSection(): ReactElement {
  const t = useTranslate();
  const { drafts } = useChat();
  const [step, setStep] = useState<"idle" | "asking" | "busy" | "failed">("idle");

  async function remove() {
    setStep("busy");
    const done = await sessionRequests.deleteEverything();
    if ("problem" in done) return setStep("failed");
    forgetWritten(drafts, () => window.sessionStorage);
    location.assign("/ended/deleted");
  }

  return (
    <>
      {step === "idle" ? (
        <SettingLine name={t("delete.all")} note={t("delete.all.note")}>
          <button type="button" className="btn line danger" onClick={() => setStep("asking")}>
            {t("delete.all.do")}
          </button>
        </SettingLine>
      ) : (
        <Confirm title={t("delete.all.ask")} text={`${t("delete.all.note")} ${t("delete.all.sure")}`}>
          <button
            type="button"
            className="btn line danger"
            disabled={step === "busy"}
            onClick={() => void remove()}
          >
            {t(step === "busy" ? "delete.all.busy" : "delete.all.yes")}
          </button>
          <button type="button" className="btn" onClick={() => setStep("idle")}>
            {t("action.cancel")}
          </button>
        </Confirm>
      )}
      {step === "failed" && (
        <p className="line-note" role="alert">
          {t("delete.failed")}
        </p>
      )}
    </>
  );
}
