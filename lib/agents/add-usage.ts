import type { Usage } from "../protocol/run-event.ts";

const figures = ["inputTokens", "outputTokens", "reasoningTokens", "cachedInputTokens"] as const;

/**
 * The usage of several requests together. A figure that one of them does not know counts as what the others
 * know.
 */
export function addUsage(spent: Usage | undefined, usage: Usage): Usage {
  if (!spent) return usage;
  const total: Usage = {
    source: spent.source === "estimated" || usage.source === "estimated" ? "estimated" : "provider",
  };
  for (const figure of figures) {
    const [a, b] = [spent[figure], usage[figure]];
    if (a !== undefined || b !== undefined) total[figure] = (a ?? 0) + (b ?? 0);
  }
  return total;
}
