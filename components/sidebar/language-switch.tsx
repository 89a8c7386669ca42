"use client";

import type { ReactElement } from "react";
import { useLanguage, useTranslate } from "../ui/i18n-provider.tsx";
import { useChangeLanguage } from "../ui/use-change-language.ts";

/** Changes the language of the page; what the page holds stays. */
export function LanguageSwitch(): ReactElement {
  const t = useTranslate();
  const other = useLanguage() === "en" ? "zh" : "en";
  const change = useChangeLanguage();
  return (
    <button
      type="button"
      className="item"
      lang={other === "zh" ? "zh-CN" : "en"}
      title={t("language.switch")}
      onClick={() => change(other)}
    >
      {t("language.other")}
    </button>
  );
}
