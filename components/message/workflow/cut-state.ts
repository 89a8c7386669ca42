import type { Ending } from "#lib/protocol/message.ts";

/** What became of a step that still ran when its run ended. */
export type CutState = "cancelled" | "unneeded" | "late" | "cut" | "failed";

/** By why the run ended; absent: that is not known yet. `failed`: how many are known to have failed. */
export function cutState(ending: Ending | undefined, step: string, failed = 0): CutState {
  switch (ending?.type) {
    case undefined:
    case "abort":
      return "cancelled";
    case "finish":
      return "unneeded";
    case "interrupted":
      return "cut";
    case "error": {
      if (!ending.steps?.includes(step)) return "cut";
      if (ending.code === "workflow-timeout") return "late";
      // Logs of older builds do not say it of each.
      return failed > 0 ? "cut" : "failed";
    }
    default:
      return ending satisfies never;
  }
}
