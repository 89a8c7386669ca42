import { roundCost } from "../protocol/add-usage.ts";
import type { Usage } from "../protocol/run-event.ts";

/** What a model costs, in US dollars per million tokens, as its operator says. */
export interface Prices {
  input: number;
  output: number;
  /** Of input that the provider had in its cache; absent: as other input. */
  cachedInput?: number;
}

/**
 * The usage with its cost by the prices. Without prices, or a report of both input and output, the cost is
 * unknown: the usage as it is.
 */
export function priceUsage(usage: Usage, prices: Prices | undefined): Usage {
  const { inputTokens, outputTokens, cachedInputTokens = 0 } = usage;
  if (!prices || inputTokens === undefined || outputTokens === undefined) return usage;
  const { input, output, cachedInput = input } = prices;
  const cached = Math.min(cachedInputTokens, inputTokens);
  const millionths = (inputTokens - cached) * input + cached * cachedInput + outputTokens * output;
  return { ...usage, cost: roundCost(millionths / 1e6) };
}
