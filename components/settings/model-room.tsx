"use client";

import type { ReactElement } from "react";
import { CopyAction } from "../ui/copy-action.tsx";
import { useWords } from "../ui/words-provider.tsx";
import type { ServerFacts } from "./server-facts.ts";
import { SettingLine } from "./setting-line.tsx";

const lines = "OPENAI_API_KEY=…\nOPENAI_BASE_URL=https://api.openai.com/v1\nOPENAI_MODEL=…";

/** What answers, and how to have something else answer: the server's own settings decide, not the page. */
export function ModelRoom({ facts }: { facts: ServerFacts }): ReactElement {
  const t = useWords();
  const { isDemo, model, host, hasKey } = facts;
  return (
    <>
      <SettingLine
        name={isDemo ? t("model.demo") : model}
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
