"use client";

import type { ReactElement, ReactNode } from "react";
import { showHidden } from "#lib/client/show-hidden.ts";
import type { Part, ToolPart } from "#lib/protocol/message.ts";
import { useTranslate } from "../../ui/i18n-provider.tsx";
import { agentName } from "../agent-name.ts";
import { Markdown } from "../markdown/markdown.tsx";
import { PacedCard } from "../object/object-row.tsx";
import { useMarkdownLabels } from "../use-markdown-labels.ts";
import { kidClass } from "./kid-class.ts";
import { nestedRows } from "./nested-rows.ts";

interface NestedPartsProps {
  /** What was written inside a call. */
  parts: readonly Part[];
  isLive: boolean;
  /** A call of the agent inside looks as any other. */
  renderCall(call: ToolPart): ReactNode;
}

/** The work of an agent that is a tool: its calls and words, set in under the call that it answers. */
export function NestedParts({ parts, ...shared }: NestedPartsProps): ReactElement {
  const t = useTranslate();
  return (
    <div>
      <div className="lab">{t("tool.inside")}</div>
      <div className="nested">
        {nestedRows(parts).map((row, at) => (
          // Parts of a call only ever join at the end.
          // oxlint-disable-next-line react/no-array-index-key
          <NestedPart key={at} parts={row} {...shared} />
        ))}
      </div>
    </div>
  );
}

/** `parts`: one; or all attempts at one object. */
function NestedPart({ parts, isLive, renderCall }: NestedPartsProps): ReactElement | null {
  const t = useTranslate();
  const labels = useMarkdownLabels();
  const [part] = parts;
  switch (part?.type) {
    case "tool":
      return <div className={kidClass(part, isLive)}>{renderCall(part)}</div>;
    case "text":
    case "refusal":
      return part.text.trim() === "" ? null : (
        <Markdown text={part.text} live={isLive && part.endedAt === undefined} labels={labels} />
      );
    case "reasoning":
      return part.text.trim() === "" ? null : (
        <p className="note">{t(part.endedAt === undefined ? "thought.live" : "thought.done")}</p>
      );
    case "handoff":
      return (
        <p className="note">
          {showHidden(agentName(t, part.from))} {t("handoff.to")} {showHidden(agentName(t, part.to))}
        </p>
      );
    case "object":
      return <PacedCard parts={parts.filter((each) => each.type === "object")} {...{ isLive }} />;
    case "source-url":
    case "steered":
    case undefined:
      return null;
    default:
      return part satisfies never;
  }
}
