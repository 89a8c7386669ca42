import type { Usage } from "./run-event.ts";

/** The figures of a `Usage` that count tokens. */
export const usageFigures = ["inputTokens", "outputTokens", "reasoningTokens", "cachedInputTokens"] as const;

/**
 * The usage of several requests together. A figure that one of them does not know counts as what the others
 * know, their cost too. However many they are, tokens are a whole number.
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
  if (spent.cost !== undefined || usage.cost !== undefined)
    total.cost = roundCost((spent.cost ?? 0) + (usage.cost ?? 0));
  return total;
}

/** Without what binary fractions add to a sum of decimal ones. */
export const roundCost = (dollars: number): number => Number(dollars.toPrecision(12));
