import type { ReactElement } from "react";
import { showHidden } from "#lib/client/show-hidden.ts";
import type { Ending } from "#lib/protocol/message.ts";
import type { StepSummary } from "#lib/protocol/workflow-summary.ts";
import { wholeSeconds } from "../../ui/format-amount.ts";
import { useTranslate } from "../../ui/i18n-provider.tsx";
import { useElapsed } from "../../ui/use-elapsed.ts";
import { rowAmount } from "../row-amount.ts";
import { ToolIcon } from "../tools/tool-icon.tsx";
import { cutState } from "./cut-state.ts";
import { stepFace } from "./step-face.ts";
import { useWorkflowWords } from "./use-workflow-words.ts";

interface GraphNodeProps {
  name: string;
  step: StepSummary | undefined;
  isLive: boolean;
  ending: Ending | undefined;
  isChosen: boolean;
  lastAt: number;
  onChoose(): void;
}

/** The box of a step: its name, and beneath it its state, how far it is, and how long it took. */
export function GraphNode(props: GraphNodeProps): ReactElement {
  const { name, step, isLive, ending, isChosen, lastAt, onChoose } = props;
  const t = useWorkflowWords();
  const face = stepFace(step, isLive, cutState(ending, name, step?.failed));
  const { state, icon, color, count } = face;
  const time = useStepTime(step, state === "running", lastAt);
  const look = state === "idle" || state === "queued" ? "todo" : color;
  return (
    <button
      type="button"
      className={`wf-node ${look}`}
      aria-pressed={isChosen}
      title={showHidden(name)}
      onClick={onChoose}
    >
      <b>{showHidden(name)}</b>
      <span className={`state ${color}`}>
        {icon && <ToolIcon name={icon} />}
        <span>
          {[t(`state.${state}`), count && `${count.n}/${count.all}`, time].filter(Boolean).join(" · ")}
        </span>
      </span>
    </button>
  );
}

/** Of a step that runs, since its first open instance began; else of all that have ended. */
function useStepTime(step: StepSummary | undefined, isRunning: boolean, lastAt: number): string | undefined {
  const t = useTranslate();
  const elapsed = useElapsed(Math.max(0, lastAt - (step?.open?.startedAt ?? lastAt)), isRunning);
  if (isRunning) return elapsed === undefined || elapsed < 1000 ? undefined : wholeSeconds(t, elapsed);
  return step && rowAmount(t, step.ms);
}
