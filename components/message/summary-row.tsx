"use client";

import type { ReactElement } from "react";
import { summaryRowWords } from "#lib/client/i18n/summary-words.ts";
import { translator } from "#lib/client/i18n/translate.ts";
import type { HistorySummary } from "#lib/protocol/message.ts";
import { grouped } from "../ui/format-amount.ts";
import { useLanguage } from "../ui/i18n-provider.tsx";
import { Markdown } from "./markdown/markdown.tsx";
import { Row } from "./row.tsx";
import { useMarkdownLabels } from "./use-markdown-labels.ts";

const summaryTranslators = { en: translator(summaryRowWords.en), zh: translator(summaryRowWords.zh) };

/** What was made of the messages long before an answer while it was written: nobody's message. */
export function SummaryRow({ summary }: { summary: HistorySummary }): ReactElement | null {
  const w = summaryTranslators[useLanguage()];
  const labels = useMarkdownLabels();
  const { text, messageCount, isOutside, usage } = summary;
  if (text === undefined) return null;
  const { inputTokens, outputTokens } = usage ?? {};
  return (
    <Row tick="thought" kind="brief">
      <details className="sources">
        <summary className="note">{w("made")}</summary>
        <p className="note">{w("what", { n: grouped(messageCount) })}</p>
        {isOutside && <p className="note">{w("outside")}</p>}
        <Markdown className="thoughts" text={text} live={false} labels={labels} />
        {usage?.source === "provider" && inputTokens !== undefined && outputTokens !== undefined && (
          <p className="note">{w("cost", { in: grouped(inputTokens), out: grouped(outputTokens) })}</p>
        )}
      </details>
    </Row>
  );
}
