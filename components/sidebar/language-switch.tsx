"use client";

import { useRouter } from "next/navigation";
import type { ReactElement } from "react";
import { useLanguage, useWords } from "../ui/words-provider.tsx";

/** Changes the language of the page; what the page holds stays. */
export function LanguageSwitch(): ReactElement {
  const t = useWords();
  const language = useLanguage();
  const router = useRouter();
  const change = () => {
    const next = language === "en" ? "zh" : "en";
    // oxlint-disable-next-line unicorn/no-document-cookie -- Firefox and Safari have no cookieStore.
    document.cookie = `rivulet-lang=${next}; Path=/; Max-Age=31536000; SameSite=Lax`;
    router.refresh();
  };
  return (
    <button
      type="button"
      className="item"
      lang={language === "en" ? "zh-CN" : "en"}
      title={t("language.switch")}
      onClick={change}
    >
      {t("language.other")}
    </button>
  );
}
