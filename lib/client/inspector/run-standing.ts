import type { Part } from "../../protocol/message.ts";
import type { RunState } from "../../protocol/run-state.ts";
import { endedStatus, type RunStatus } from "../../protocol/run-status.ts";
import { waitTool } from "../../protocol/workflow-graph.ts";

/**
 * Where a run stands by its log: its status, and of one that lives what it does. `waiting`: for a person;
 * `awaiting`: for an event from outside; `retrying`: until its model is asked again.
 */
export type RunStanding = Exclude<RunStatus, "queued"> | "awaiting" | "retrying";

export function runStanding(state: RunState): RunStanding {
  const { ending, stopRequested, retry, parts } = state;
  if (ending) return endedStatus(ending.type);
  if (stopRequested) return "stopping";
  const asked = parts.filter(asksPerson);
  if (asked.length > 0 && !works(state, asked))
    return asked.every((part) => part.type === "tool" && part.toolName === waitTool) ? "awaiting" : "waiting";
  return retry ? "retrying" : "running";
}

const asksPerson = (part: Part): boolean => part.type === "tool" && part.state === "approval-requested";

/** Something goes on beside what waits. A call that waits inside another one makes that wait too. */
function works({ parts, workflow, steps }: RunState, asked: readonly Part[]): boolean {
  const onHold = new Set<string>();
  const add = (toolCallId: string | undefined): void => {
    if (toolCallId === undefined || onHold.has(toolCallId)) return;
    onHold.add(toolCallId);
    const call = parts.find((part) => part.type === "tool" && part.toolCallId === toolCallId);
    add(steps.find(({ stepId }) => stepId === call?.stepId)?.parentToolCallId);
  };
  for (const part of asked) if (part.type === "tool") add(part.toolCallId);
  return (
    parts.some(
      (part) => part.endedAt === undefined && !(part.type === "tool" && onHold.has(part.toolCallId)),
    ) ||
    (workflow?.open.some((instance) => instance.state !== "waiting") ?? false)
  );
}
