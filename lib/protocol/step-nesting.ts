import type { Part } from "./message.ts";
import type { Step } from "./run-state.ts";

/**
 * Which steps run inside which: a step names the tool call that it runs inside, and the call is a part of the
 * step around it. The order of start says nothing of it, since a step that starts over is the newest.
 */
export function stepsAround(steps: readonly Step[], parts: readonly Part[]): ReadonlyMap<string, string> {
  const isNested = steps.some(({ parentToolCallId }) => parentToolCallId !== undefined);
  if (!isNested) return new Map();
  const stepOfCall = new Map(
    parts.flatMap((part) => (part.type === "tool" ? [[part.toolCallId, part.stepId]] : [])),
  );
  return new Map(
    steps.flatMap(({ stepId, parentToolCallId }) => {
      const around = parentToolCallId === undefined ? undefined : stepOfCall.get(parentToolCallId);
      return around === undefined ? [] : [[stepId, around]];
    }),
  );
}

/** Whether `stepId` runs inside `outer`, however deep. */
export const runsInside = (around: ReadonlyMap<string, string>, stepId: string, outer: string): boolean =>
  wayOut(around, stepId).includes(outer);

/** How many steps are around it: 0 for one that runs inside none. */
export const depthOf = (around: ReadonlyMap<string, string>, stepId: string): number =>
  wayOut(around, stepId).length;

/** The steps around it, from the inside out. A log that makes a circle of them is read once around. */
function wayOut(around: ReadonlyMap<string, string>, stepId: string): string[] {
  const way: string[] = [];
  for (let at = around.get(stepId); at !== undefined && at !== stepId; at = around.get(at)) {
    if (way.includes(at)) break;
    way.push(at);
  }
  return way;
}
