import { memo, type ReactElement } from "react";
import type { Part } from "#lib/protocol/message.ts";
import { lazyParts } from "./lazy-parts.ts";
import { Markdown } from "./markdown/markdown.tsx";
import { Row } from "./row.tsx";
import { useMarkdownLabels } from "./use-markdown-labels.ts";

interface MessagePartProps {
  /** The first one says how the row looks. */
  parts: readonly Part[];
  runId: string;
  /** Its run is still writing. */
  isLive: boolean;
  /** It is the newest row: its tick is the live one. */
  isTail: boolean;
  /** No row stands beneath it. */
  isLast: boolean;
  lastAt: number;
}

/** One piece of an answer as a row on the spine. */
export const MessagePart = memo(
  function MessagePart(props: MessagePartProps): ReactElement | null {
    const { parts, isLive, isTail, lastAt } = props;
    const labels = useMarkdownLabels();
    const [part] = parts;
    if (!part) return null;
    const isWriting = isLive && part.endedAt === undefined;
    switch (part.type) {
      case "text":
        return (
          <Row tick="text" tone={isTail && isWriting && "live"} at={part.id}>
            <Markdown text={part.text} live={isWriting} labels={labels} />
          </Row>
        );
      case "reasoning":
        return <lazyParts.ReasoningRow part={part} isLive={isWriting} lastAt={lastAt} />;
      case "tool":
        return <lazyParts.ToolCalls {...props} />;
      default:
        return <lazyParts.NoteRow {...props} />;
    }
  },
  // Only what still counts time needs the newest event's time: settled rows keep their DOM.
  (old, next) =>
    old.parts.length === next.parts.length &&
    old.isLive === next.isLive &&
    old.isTail === next.isTail &&
    old.isLast === next.isLast &&
    next.parts.every(
      (part, at) =>
        part === old.parts[at] &&
        (old.lastAt === next.lastAt || part.endedAt !== undefined || part.type === "text"),
    ),
);
