import { demoModelId } from "./demo-model-id.ts";
import type { AssistantMessage } from "./message.ts";

/**
 * Some of the runs that have written the answer say what they cost, and others do not: together they may have
 * cost more. The demo costs nothing.
 */
export function isCostPartial({ model, ending, spentBefore = [] }: AssistantMessage): boolean {
  const own = ending && "total" in ending ? ending.total : undefined;
  const runs = model === demoModelId ? spentBefore : [...spentBefore, own];
  const known = runs.filter((each) => each?.cost !== undefined);
  return known.length > 0 && known.length < runs.length;
}
