import { memo, type ReactElement } from "react";
import { showHidden } from "#lib/client/show-hidden.ts";
import type { Part } from "#lib/protocol/message.ts";
import { useTranslate } from "../ui/i18n-provider.tsx";
import { lazyParts } from "./lazy-parts.ts";
import { Markdown } from "./markdown/markdown.tsx";
import { ReasoningRow } from "./reasoning-row.tsx";
import { Row } from "./row.tsx";
import { useMarkdownLabels } from "./use-markdown-labels.ts";

interface MessagePartProps {
  part: Part;
  /** Its run is still writing. */
  isLive: boolean;
  /** It is the newest row: its tick is the live one. */
  isTail: boolean;
  lastAt: number;
}

/** One piece of an answer as a row on the spine. */
export const MessagePart = memo(
  function MessagePart({ part, isLive, isTail, lastAt }: MessagePartProps): ReactElement {
    const t = useTranslate();
    const labels = useMarkdownLabels();
    const isWriting = isLive && part.endedAt === undefined;
    switch (part.type) {
      case "text":
        return (
          <Row tick="text" tone={isTail && isWriting && "live"}>
            <Markdown text={part.text} live={isWriting} labels={labels} />
          </Row>
        );
      case "reasoning":
        return <ReasoningRow part={part} isLive={isWriting} lastAt={lastAt} />;
      case "tool":
        return <lazyParts.ToolRow part={part} isLive={isLive} lastAt={lastAt} />;
      case "refusal":
        return (
          <Row tick="text" tone={isTail && isWriting && "live"}>
            <p className="note">{t("part.refusal")}</p>
            <Markdown text={part.text} live={isWriting} labels={labels} />
          </Row>
        );
      default:
        return <NoteRow part={part} />;
    }
  },
  // Only what still counts time needs the newest event's time: settled rows keep their DOM.
  (old, next) =>
    old.part === next.part &&
    old.isLive === next.isLive &&
    old.isTail === next.isTail &&
    (old.lastAt === next.lastAt || next.part.endedAt !== undefined || next.part.type === "text"),
);

/** Kinds that have no view of their own yet are told in one line, never dropped. */
function NoteRow({
  part,
}: {
  part: Exclude<Part, { type: "text" | "reasoning" | "tool" | "refusal" }>;
}): ReactElement {
  const t = useTranslate();
  switch (part.type) {
    case "handoff":
      return (
        <Row tick="hand" kind="brief">
          <p className="note">{t("part.handoff", { from: part.from, to: part.to })}</p>
        </Row>
      );
    case "object":
      return (
        <Row tick="card">
          <p className="note">{t("part.object", { name: part.name })}</p>
          <pre className="font-mono text-ui whitespace-pre-wrap">{showHidden(part.json)}</pre>
        </Row>
      );
    case "source-url":
      return (
        <Row tick="text" kind="brief">
          <p className="note">
            {t("part.source")} · {showHidden(part.title ?? part.url)}
          </p>
        </Row>
      );
    case "steered":
      return (
        <Row tick="enter">
          <p className="note">{t("part.steered")}</p>
          <p dir="auto">{showHidden(part.text)}</p>
        </Row>
      );
    default:
      return part satisfies never;
  }
}
