"use client";

import { type ReactElement, useState } from "react";
import { showHidden } from "#lib/client/show-hidden.ts";
import type { AssistantMessage } from "#lib/protocol/message.ts";
import type { WorkflowSummary } from "#lib/protocol/workflow-summary.ts";
import { useTranslate } from "../../ui/i18n-provider.tsx";
import { Icon } from "../../ui/icon.tsx";
import { Row } from "../row.tsx";
import { rowAmount } from "../row-amount.ts";
import { ToolIcon } from "../tools/tool-icon.tsx";
import { runFace } from "./run-face.ts";
import { RunGraph } from "./run-graph.tsx";
import { stepsDone } from "./steps-done.ts";
import { useWorkflowWords } from "./use-workflow-words.ts";
import { WorkflowMeter } from "./workflow-meter.tsx";

interface WorkflowRowProps {
  answer: AssistantMessage;
  workflow: WorkflowSummary;
  /** Of its newest event while it is live, server ms. */
  lastAt: number;
}

/** The workflow that writes an answer: its name, how far it is, and its drawing, lit as it goes. */
export function WorkflowRow({ answer, workflow, lastAt }: WorkflowRowProps): ReactElement {
  const { progress, runId, ending } = answer;
  const t = useWorkflowWords();
  const page = useTranslate();
  const comma = page("list.comma");
  const isLive = ending === undefined;
  const [isOpen, setOpen] = useState(isLive);
  const { state, icon, color } = runFace(workflow, ending);
  const tookMs = ending && "timings" in ending ? (ending.timings?.durationMs ?? 0) : 0;
  return (
    <Row
      tick="step"
      kind="entry"
      at="start"
      tone={state === "running" && answer.parts.length === 0 && "live"}
      amount={rowAmount(page, tookMs)}
    >
      <button type="button" className="tool" aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
        <span className="name">{showHidden(workflow.name)}</span>
        <span className="sum" dir="auto">
          {showHidden(
            (isLive && (progress?.message || begunSteps(workflow, comma))) || stepsDone(t, workflow),
          )}
        </span>
        <span className={`state ${color}`}>
          <ToolIcon name={icon} />
          {t(`state.${state}`)}
        </span>
        <Icon name="right" />
      </button>
      {isOpen && (
        <div className="unfolded">
          <WorkflowMeter {...{ workflow, progress }} />
          <RunGraph {...{ runId, workflow, ending, lastAt }} />
        </div>
      )}
    </Row>
  );
}

/** The names of those that have begun and not ended. */
const begunSteps = ({ steps }: WorkflowSummary, comma: string): string =>
  Object.keys(steps)
    .filter((name) => steps[name]?.open)
    .join(comma);
