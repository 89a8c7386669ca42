import type { ReactElement } from "react";
import type { Ending } from "#lib/protocol/message.ts";
import type { WorkflowGraph } from "#lib/protocol/workflow-graph.ts";
import type { WorkflowSummary } from "#lib/protocol/workflow-summary.ts";
import { useTranslate } from "../../ui/i18n-provider.tsx";
import { cutState } from "./cut-state.ts";
import { stepFace } from "./step-face.ts";
import { useWorkflowWords } from "./use-workflow-words.ts";

interface StepListProps {
  graph: WorkflowGraph;
  workflow: WorkflowSummary | undefined;
  isLive: boolean;
  ending: Ending | undefined;
}

/** The drawing for whoever does not see it: each step, its state, and what it takes and sends. */
export function StepList({ graph, workflow, isLive, ending }: StepListProps): ReactElement {
  const t = useWorkflowWords();
  const comma = useTranslate()("list.comma");
  const listed = (names: readonly string[]): string => names.join(comma) || t("step.nothing");
  return (
    <ol className="sr-only" aria-label={t("steps")}>
      {graph.steps.map(({ name, accepts, waitsFor = [], emits }) => {
        const step = workflow && Object.hasOwn(workflow.steps, name) ? workflow.steps[name] : undefined;
        const { state, count } = stepFace(step, isLive, cutState(ending, name, step?.failed));
        const word = t(`state.${state}`);
        return (
          <li key={name}>
            {t("step.line", {
              name,
              state: count ? `${word}, ${t("progress", { n: count.n, all: count.all })}` : word,
              accepts: listed([...accepts, ...waitsFor]),
              emits: listed(emits),
            })}
          </li>
        );
      })}
    </ol>
  );
}
