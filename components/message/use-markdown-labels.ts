import { useMemo } from "react";
import { useTranslate } from "../ui/i18n-provider.tsx";
import type { MarkdownLabels } from "./markdown/markdown-labels.ts";

/** The words of the page in an answer's Markdown. */
export function useMarkdownLabels(): MarkdownLabels {
  const t = useTranslate();
  return useMemo(
    () => ({
      copy: t("code.copy"),
      copyTable: t("table.copy"),
      copied: t("code.copied"),
      imageFrom: t("image.from"),
      alerts: {
        note: t("alert.note"),
        tip: t("alert.tip"),
        important: t("alert.important"),
        warning: t("alert.warning"),
        caution: t("alert.caution"),
      },
      details: t("details.more"),
      notes: t("notes.all"),
      note: t("notes.one"),
      noteBack: t("notes.back"),
      leave: {
        title: t("leave.title"),
        text: t("leave.text"),
        open: t("leave.open"),
        stay: t("leave.stay"),
      },
    }),
    [t],
  );
}
