"use client";

import type { ReactElement, ReactNode } from "react";
import { showHidden } from "#lib/client/show-hidden.ts";
import type { Part, ToolPart } from "#lib/protocol/message.ts";
import { useTranslate } from "../../ui/i18n-provider.tsx";
import { Markdown } from "../markdown/markdown.tsx";
import { useMarkdownLabels } from "../use-markdown-labels.ts";
import { kidClass } from "./kid-class.ts";

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
        {parts.map((part, at) => (
          // Parts of a call only ever join at the end.
          // oxlint-disable-next-line react/no-array-index-key
          <NestedPart key={at} part={part} {...shared} />
        ))}
      </div>
    </div>
  );
}

type NestedPartProps = Omit<NestedPartsProps, "parts"> & { part: Part };

function NestedPart({ part, isLive, renderCall }: NestedPartProps): ReactElement | null {
  const t = useTranslate();
  const labels = useMarkdownLabels();
  switch (part.type) {
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
          {showHidden(part.from)} {t("handoff.to")} {showHidden(part.to)}
        </p>
      );
    case "object":
    case "source-url":
    case "steered":
      return null;
    default:
      return part satisfies never;
  }
}
