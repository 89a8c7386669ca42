import type { ReactElement } from "react";
import { answerText } from "#lib/protocol/answer-text.ts";
import type { AssistantMessage } from "#lib/protocol/message.ts";
import { useTranslate } from "../ui/i18n-provider.tsx";
import { Markdown } from "./markdown/markdown.tsx";
import { useMarkdownLabels } from "./use-markdown-labels.ts";

/** The answer that a live one is to replace, in a pane beneath it, until that is whole. */
export function EarlierAnswer({ answer }: { answer: AssistantMessage }): ReactElement {
  const t = useTranslate();
  const labels = useMarkdownLabels();
  const label = t("versions.earlier");
  return (
    <div className="earlier">
      <p className="note">{label}</p>
      {/* A pane that scrolls must be reachable by keyboard. */}
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex */}
      <section className="pane" aria-label={label} tabIndex={0}>
        <Markdown className="kept" text={answerText(answer.parts)} live={false} labels={labels} />
      </section>
    </div>
  );
}
