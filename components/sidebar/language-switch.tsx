"use client";

import type { ReactElement } from "react";
import { useChangeLanguage } from "../ui/use-change-language.ts";
import { useLanguage, useWords } from "../ui/words-provider.tsx";

/** Changes the language of the page; what the page holds stays. */
export function LanguageSwitch(): ReactElement {
  const t = useWords();
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
