import type { ToolPart, ToolState } from "#lib/protocol/message.ts";
import type { IconName } from "../../ui/icon.tsx";
import type { ToolIconName } from "./tool-icon.tsx";

/** A state as people see it: those of the protocol, and what became of a call that has no output. */
export type ShownToolState = ToolState | "stopped" | "timed-out" | "asks";

/** How a state looks: glyph, colour of the word, tone of the tick. A word always stands beside them. */
export interface ToolFace {
  state: ShownToolState;
  icon: ToolIconName;
  color: "" | "run" | "ask" | "err";
  tick: IconName;
  tone: "live" | "needs" | "bad" | false;
}

type Look = readonly [icon: ToolIconName, color: ToolFace["color"], tick: IconName, tone: ToolFace["tone"]];

const looks: Readonly<Record<ShownToolState, Look>> = {
  "input-streaming": ["preparing", "run", "tool", "live"],
  "input-available": ["queued", "", "tool", false],
  running: ["running", "run", "tool", "live"],
  "approval-requested": ["ask", "ask", "ask", "needs"],
  asks: ["ask", "ask", "ask", "needs"],
  "output-available": ["done", "", "tool", false],
  "output-error": ["failed", "err", "error", "bad"],
  "output-denied": ["denied", "", "tool", false],
  stopped: ["stop", "", "stop", false],
  "timed-out": ["clock", "err", "tool", "bad"],
};

/** `isLive`: the run of the call still goes on. */
export function toolFace(part: ToolPart, isLive: boolean): ToolFace {
  const state = shownState(part, isLive);
  const [icon, color, tick, tone] = looks[state];
  return { state, icon, color, tick, tone };
}

function shownState({ state, code, endedAt, question }: ToolPart, isLive: boolean): ShownToolState {
  if (endedAt === undefined && !isLive) return "stopped";
  if (state === "approval-requested") return question ? "asks" : state;
  if (state !== "output-error") return state;
  if (code === "timeout") return "timed-out";
  return code === "stopped" ? "stopped" : state;
}
