"use client";

import type { ReactElement } from "react";
import { showHidden } from "#lib/client/show-hidden.ts";
import { answerText } from "#lib/protocol/answer-text.ts";
import type { Part, SourcePart } from "#lib/protocol/message.ts";
import { useTranslate } from "../ui/i18n-provider.tsx";
import { LabelsContext } from "./markdown/labels-context.ts";
import { Row } from "./row.tsx";
import { SourceLink } from "./source-link.tsx";
import { useMarkdownLabels } from "./use-markdown-labels.ts";

/** What an answer is from: the pages that it cites, and behind them what else was read for it. */
export function SourcesRow({ parts }: { parts: readonly Part[] }): ReactElement {
  const t = useTranslate();
  const labels = useMarkdownLabels();
  const sources = sourcesOf(parts);
  const cited = citedIn(answerText(parts));
  const isCited = ({ sourceId }: SourcePart): boolean => cited.has(sourceId);
  const shown = sources.some(isCited) ? sources.filter(isCited) : sources;
  const others = sources.filter((source) => !shown.includes(source));
  return (
    <Row tick="text" kind="brief">
      <LabelsContext value={labels}>
        <div className="sources">
          <p className="note">{t("part.sources")}</p>
          <SourceList sources={shown} />
          {others.length > 0 && (
            <details>
              <summary className="note">{t("part.sources.more", { n: others.length })}</summary>
              <SourceList sources={others} />
            </details>
          )}
        </div>
      </LabelsContext>
    </Row>
  );
}

const SourceList = ({ sources }: { sources: readonly SourcePart[] }): ReactElement => (
  <ul>
    {sources.map(({ sourceId, url, title }) => (
      <li key={sourceId}>
        <span className="n">{showHidden(sourceId)}</span>
        <SourceLink url={url} title={title} />
      </li>
    ))}
  </ul>
);

/** In the order in which they were read. */
const sourcesOf = (parts: readonly Part[]): SourcePart[] => [
  ...new Map(
    parts.flatMap((part) => (part.type === "source-url" ? [[part.sourceId, part] as const] : [])),
  ).values(),
];

const citedIn = (text: string): ReadonlySet<string> =>
  new Set(
    [...text.matchAll(/\[([\d\s,，、]{1,100})\]/g)].flatMap(([, numbers = ""]) =>
      [...numbers.matchAll(/\d+/g)].map(([digits]) => String(Number(digits))),
    ),
  );
