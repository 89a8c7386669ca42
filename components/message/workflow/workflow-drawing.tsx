"use client";

import { type ReactElement, useId, useState } from "react";
import type { DrawnGraph, DrawnNode } from "#lib/protocol/drawn-graph.ts";
import type { Ending } from "#lib/protocol/message.ts";
import type { WorkflowGraph } from "#lib/protocol/workflow-graph.ts";
import type { WorkflowSummary } from "#lib/protocol/workflow-summary.ts";
import { GraphLines } from "./graph-lines.tsx";
import { GraphNode } from "./graph-node.tsx";
import { StepFacts } from "./step-facts.tsx";
import { StepList } from "./step-list.tsx";
import { useWorkflowWords } from "./use-workflow-words.ts";

export interface WorkflowDrawingProps {
  graph: WorkflowGraph;
  drawing: DrawnGraph;
  /** Where a run of it stands; absent: the workflow alone. */
  workflow?: WorkflowSummary | undefined;
  /** That run still goes on. */
  isLive?: boolean;
  /** How it ended; absent: it has not. */
  ending?: Ending | undefined;
  /** Of its newest event, server ms. */
  lastAt?: number;
}

/** Wider than this it is not made smaller, but moved to and fro. */
const maxShrunk = 440;

/**
 * The drawing of a workflow: a box for each step, a line for each event, and what became of them. Every step
 * is a button, which tells more of it beneath the drawing; for whoever does not see it there is a list.
 */
export function WorkflowDrawing(props: WorkflowDrawingProps): ReactElement {
  const { graph, drawing, workflow, isLive = false, ending, lastAt = 0 } = props;
  const t = useWorkflowWords();
  const id = useId();
  const [chosen, setChosen] = useState<string>();
  const { nodes } = drawing;
  const step = graph.steps.find(({ name }) => name === chosen);
  return (
    <figure className="wf" aria-label={t("graph", { name: graph.name })}>
      <StepList {...{ graph, workflow, isLive, ending }} />
      <div className="wf-paper">
        <svg {...paperOf(drawing)}>
          <GraphLines {...{ drawing, workflow, isLive, id }} />
          {nodes.map((node) => (
            <foreignObject key={node.id} {...boxOf(node)}>
              {node.step === undefined ? (
                <span className="wf-end">{t(endWord(node))}</span>
              ) : (
                <GraphNode
                  name={node.step}
                  step={summaryOfStep(workflow, node.step)}
                  isChosen={node.step === chosen}
                  {...{ isLive, ending, lastAt }}
                  onChoose={() => setChosen(node.step === chosen ? undefined : node.step)}
                />
              )}
            </foreignObject>
          ))}
        </svg>
      </div>
      {step && <StepFacts {...{ step, isLive, ending }} summary={summaryOfStep(workflow, step.name)} />}
    </figure>
  );
}

/** The room of a drawing, before it is known where the run stands: nothing is said that is not so. */
export const BlankDrawing = ({ drawing }: { drawing: DrawnGraph }): ReactElement => (
  <figure className="wf" aria-busy="true">
    <div className="wf-paper">
      <svg aria-hidden="true" {...paperOf(drawing)} />
    </div>
  </figure>
);

const paperOf = ({ width, height }: DrawnGraph) => ({
  className: width > maxShrunk ? "wide" : undefined,
  viewBox: `0 0 ${width} ${height}`,
  ...{ width, height },
});

const boxOf = ({ x, y, width, height }: DrawnNode) => ({ x, y, width, height });

const endWord = ({ type }: DrawnNode): "node.start" | "node.stop" | "node.outside" =>
  type === "stop" || type === "outside" ? `node.${type}` : "node.start";

/** Own keys only: a step may have any name. */
const summaryOfStep = (workflow: WorkflowSummary | undefined, name: string) =>
  workflow && Object.hasOwn(workflow.steps, name) ? workflow.steps[name] : undefined;
