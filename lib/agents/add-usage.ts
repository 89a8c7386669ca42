import { usageFigures } from "../models/known-usage.ts";
import type { Usage } from "../protocol/run-event.ts";

/**
 * The usage of several requests together. A figure that one of them does not know counts as what the others
 * know. However many they are, the sum is a whole number.
 */
export function addUsage(spent: Usage | undefined, usage: Usage): Usage {
  if (!spent) return usage;
  const total: Usage = {
    source: spent.source === "estimated" || usage.source === "estimated" ? "estimated" : "provider",
  };
  for (const figure of usageFigures) {
    const [a, b] = [spent[figure], usage[figure]];
    if (a !== undefined || b !== undefined)
      total[figure] = Math.min((a ?? 0) + (b ?? 0), Number.MAX_SAFE_INTEGER);
  }
  return total;
}
