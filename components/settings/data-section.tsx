"use client";

import type { ReactElement } from "react";
import { useTranslate } from "../ui/i18n-provider.tsx";
import type { ServerDetails } from "./server-details.ts";
import { SettingLine } from "./setting-line.tsx";

/** What is kept where, and what leaves this server. */
export function DataSection({ isDemo, hosts, store }: ServerDetails): ReactElement {
  const t = useTranslate();
  const kept = ["drafts", "session", "choices"] as const;
  return (
    <>
      <SettingLine name={t("data.conversations")} note={t(keptIn(store))}>
        <span className="text-ink-2">
          {t(store === "sqlite" ? "data.conversations.where" : "data.conversations.beside")}
        </span>
      </SettingLine>
      {kept.map((each) => (
        <SettingLine key={each} name={t(`data.${each}`)} note={t(`data.${each}.note`)}>
          <span className="text-ink-2">{t(`data.${each}.where`)}</span>
        </SettingLine>
      ))}
      <SettingLine
        name={t("data.sent")}
        note={isDemo ? t("data.sent.demo") : t("data.sent.note", { host: hosts.join(t("list.comma")) })}
      >
        <span className="text-ink-2">{isDemo ? t("data.sent.nobody") : hosts.join(t("list.comma"))}</span>
      </SettingLine>
      <SettingLine name={t("data.howlong")} note={t("data.howlong.note")} />
    </>
  );
}

const keptIn = (store: string) => {
  if (store === "redis") return "data.conversations.redis" as const;
  if (store === "kv") return "data.conversations.kv" as const;
  return "data.conversations.note" as const;
};
