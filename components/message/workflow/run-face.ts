import type { Ending } from "#lib/protocol/message.ts";
import type { WorkflowSummary } from "#lib/protocol/workflow-summary.ts";
import type { ToolIconName } from "../tools/tool-icon.tsx";

/** How a run of a workflow looks as a whole. */
export interface RunFace {
  state: "running" | "waiting" | "done" | "failed" | "cancelled";
  icon: ToolIconName;
  color: "" | "run" | "ask" | "err";
}

/** `ending`: absent while the run goes on. */
export function runFace({ steps }: WorkflowSummary, ending: Ending | undefined): RunFace {
  switch (ending?.type) {
    case undefined: {
      const open = Object.values(steps).flatMap((step) => step.open ?? []);
      const isWaiting = open.length > 0 && open.every(({ running, retrying }) => running + retrying === 0);
      return isWaiting
        ? { state: "waiting", icon: "ask", color: "ask" }
        : { state: "running", icon: "running", color: "run" };
    }
    case "finish":
      return { state: "done", icon: "done", color: "" };
    case "abort":
      return { state: "cancelled", icon: "stop", color: "" };
    case "error":
    case "interrupted":
      return { state: "failed", icon: "failed", color: "err" };
    default:
      return ending satisfies never;
  }
}
