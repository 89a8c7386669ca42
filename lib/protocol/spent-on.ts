import { addUsage } from "./add-usage.ts";
import type { AssistantMessage } from "./message.ts";
import type { Usage } from "./run-event.ts";

/** By all runs that have written the answer. */
export function spentOn({ ending, spentBefore = [] }: AssistantMessage): Usage {
  const own = ending && "total" in ending ? ending.total : undefined;
  const spent = [...spentBefore, ...(own ? [own] : [])];
  return spent.reduce<Usage | undefined>(addUsage, undefined) ?? { source: "provider" };
}
