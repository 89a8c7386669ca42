"use client";

import type { ReactElement } from "react";
import { showHidden } from "#lib/client/show-hidden.ts";
import { isRecord } from "#lib/protocol/is-record.ts";
import type { ToolPart } from "#lib/protocol/message.ts";
import { useTranslate } from "../../ui/i18n-provider.tsx";
import { LabelsContext } from "../markdown/labels-context.ts";
import { SourceLink } from "../source-link.tsx";
import { useMarkdownLabels } from "../use-markdown-labels.ts";
import { IoPane } from "./io-pane.tsx";

type PageFields = Readonly<Record<string, unknown>>;

/** What came from the web, with where it stands; undefined: its output is shown as any other. */
export function webOutput({ toolName, state, output }: ToolPart): ReactElement | undefined {
  if (state !== "output-available" || !isRecord(output)) return undefined;
  if (Array.isArray(output.results) && searches.has(toolName))
    return <FoundPages pages={output.results.filter(isRecord)} by={fieldText(output.by)} />;
  return typeof output.text === "string" && readers.has(toolName) ? <ReadPage page={output} /> : undefined;
}

/** Ours, and those that providers run themselves. */
const searches: ReadonlySet<string> = new Set(["search_web", "web_search"]);
const readers: ReadonlySet<string> = new Set(["read_page", "web_fetch"]);

const fieldText = (value: unknown): string => (typeof value === "string" ? value : "");

function FoundPages({ pages, by }: { pages: readonly PageFields[]; by: string }): ReactElement {
  const t = useTranslate();
  const labels = useMarkdownLabels();
  return (
    <LabelsContext value={labels}>
      <div className="lab">
        {t("tool.output.outside")}
        {by !== "" && ` · ${showHidden(by)}`}
      </div>
      {pages.length === 0 && <p className="mark">{t("tool.web.none")}</p>}
      <ol className="found web">
        {pages.map((page) => (
          <li key={fieldText(page.url)}>
            <PageLine page={page} />
            {fieldText(page.excerpt) !== "" && <p dir="auto">{showHidden(fieldText(page.excerpt))}</p>}
          </li>
        ))}
      </ol>
    </LabelsContext>
  );
}

function ReadPage({ page }: { page: PageFields }): ReactElement {
  const t = useTranslate();
  const labels = useMarkdownLabels();
  const text = fieldText(page.text);
  return (
    <LabelsContext value={labels}>
      <div className="found web">
        <PageLine page={page} />
        {fieldText(page.note) !== "" && <p className="mark">{showHidden(fieldText(page.note))}</p>}
      </div>
      {text !== "" && (
        <IoPane label={t("tool.output.outside")} copyLabel={t("tool.copy.output")} text={text} />
      )}
    </LabelsContext>
  );
}

/** Its number, its title, where it lies, and what it says of itself. */
function PageLine({ page }: { page: PageFields }): ReactElement {
  const about = [page.byline, page.published].map(fieldText).filter((text) => text !== "");
  const title = fieldText(page.title);
  return (
    <div>
      {typeof page.source === "number" && <span className="n">{page.source}</span>}
      <SourceLink url={fieldText(page.url)} title={title === "" ? undefined : title} />
      {about.length > 0 && <span className="host"> · {showHidden(about.join(" · "))}</span>}
    </div>
  );
}
