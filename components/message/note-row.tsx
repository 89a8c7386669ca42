import type { ReactElement } from "react";
import { showHidden } from "#lib/client/show-hidden.ts";
import type { Part, RefusalPart } from "#lib/protocol/message.ts";
import { useTranslate } from "../ui/i18n-provider.tsx";
import { agentName } from "./agent-name.ts";
import { Markdown } from "./markdown/markdown.tsx";
import { ObjectRow } from "./object/object-row.tsx";
import { Row } from "./row.tsx";
import { useMarkdownLabels } from "./use-markdown-labels.ts";

interface NoteRowProps {
  /** The first one says how the row looks. */
  parts: readonly Part[];
  /** Its run is still writing. */
  isLive: boolean;
  /** It is the newest row. */
  isTail: boolean;
}

/** What few answers have: a refusal, an object, a hand-off, and kinds that are told in a line. */
export function NoteRow({ parts, isLive, isTail }: NoteRowProps): ReactElement | null {
  const t = useTranslate();
  const [part] = parts;
  switch (part?.type) {
    case "refusal":
      return <RefusalRow {...{ part, isLive, isTail }} />;
    case "object":
      return <ObjectRow parts={parts.filter((each) => each.type === "object")} {...{ isLive, isTail }} />;
    case "handoff":
      return (
        <>
          <Row tick="hand">
            <p className="hand">
              <b>{showHidden(agentName(t, part.from))}</b> {t("handoff.to")}{" "}
              <b>{showHidden(agentName(t, part.to))}</b>
            </p>
            {part.reason !== undefined && part.reason !== "" && (
              <p className="hand" dir="auto">
                “{showHidden(part.reason)}”
              </p>
            )}
          </Row>
          <AgentRow agent={part.to} />
        </>
      );
    case "steered":
      return (
        <Row tick="enter" at={part.messageId}>
          <p className="note">{t("part.steered")}</p>
          <p dir="auto">{showHidden(part.text)}</p>
        </Row>
      );
    default:
      // The others have rows of their own.
      return null;
  }
}

function RefusalRow({
  part,
  isLive,
  isTail,
}: Omit<NoteRowProps, "parts"> & { part: RefusalPart }): ReactElement {
  const t = useTranslate();
  const labels = useMarkdownLabels();
  const isWriting = isLive && part.endedAt === undefined;
  return (
    <Row tick="text" tone={isTail && isWriting && "live"} at={part.id}>
      <p className="note">{t("part.refusal")}</p>
      <Markdown text={part.text} live={isWriting} labels={labels} />
    </Row>
  );
}

/** Who acts from here on. */
export function AgentRow({ agent }: { agent: string }): ReactElement {
  const t = useTranslate();
  return (
    <Row tick="step" kind="brief" at="start">
      <p className="who">{showHidden(agentName(t, agent))}</p>
    </Row>
  );
}
