"use client";

import type { ReactElement } from "react";
import { useWords } from "../ui/words-provider.tsx";
import type { ServerFacts } from "./server-facts.ts";
import { SettingLine } from "./setting-line.tsx";

/** What is kept where, and what leaves this server. */
export function DataRoom({ isDemo, host }: ServerFacts): ReactElement {
  const t = useWords();
  const kept = ["conversations", "drafts", "session", "choices"] as const;
  return (
    <>
      {kept.map((each) => (
        <SettingLine key={each} name={t(`data.${each}`)} note={t(`data.${each}.note`)}>
          <span className="text-ink-2">{t(`data.${each}.where`)}</span>
        </SettingLine>
      ))}
      <SettingLine
        name={t("data.sent")}
        note={isDemo ? t("data.sent.demo") : t("data.sent.note", { host: host ?? "" })}
      >
        <span className="text-ink-2">{isDemo ? t("data.sent.nobody") : host}</span>
      </SettingLine>
    </>
  );
}
