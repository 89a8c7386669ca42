"use client";

import type { ReactElement } from "react";
import { showHidden } from "#lib/client/show-hidden.ts";
import { CopyAction } from "../ui/copy-action.tsx";
import { useTranslate } from "../ui/i18n-provider.tsx";
import type { ServerDetails } from "./server-details.ts";
import { SettingLine } from "./setting-line.tsx";

const lines = "OPENAI_API_KEY=…\nOPENAI_BASE_URL=https://api.openai.com/v1\nOPENAI_MODEL=…";

/** What answers, and how to have something else answer: the server's own settings decide, not the page. */
export function ModelSection({ details }: { details: ServerDetails }): ReactElement {
  const t = useTranslate();
  const { isDemo, model, host, hasKey } = details;
  return (
    <>
      <SettingLine
        name={isDemo ? t("model.demo") : showHidden(model)}
        note={isDemo ? t("settings.model.demo") : t("settings.model.host", { host: host ?? "" })}
      >
        <span className="text-ink-2">{t("settings.model.used")}</span>
      </SettingLine>
      {!isDemo && (
        <SettingLine name={t("settings.key")} note={t("settings.key.note")}>
          <span className="text-ink-2">{t(hasKey ? "settings.key.set" : "settings.key.none")}</span>
        </SettingLine>
      )}
      <div className="setting tall">
        <p>
          {t(isDemo ? "settings.model.give" : "settings.model.change")}
          <small>{t("settings.model.how")}</small>
        </p>
        <figure className="codeblock" dir="ltr">
          <header>
            <span>.env.local</span>
            <CopyAction label={t("action.copy")} read={() => lines} />
          </header>
          <pre>
            <code>{lines}</code>
          </pre>
        </figure>
      </div>
    </>
  );
}
