import type { Usage } from "../../protocol/run-event.ts";
import { fieldsOf } from "../fields-of.ts";
import { knownUsage, reportedCount } from "../known-usage.ts";

/** The figures of a report that can be believed; undefined if there are none. */
export function responsesUsage(report: unknown): Usage | undefined {
  const { input_tokens, output_tokens, input_tokens_details, output_tokens_details } = fieldsOf(report);
  const figures = {
    inputTokens: input_tokens,
    outputTokens: output_tokens,
    reasoningTokens: fieldsOf(output_tokens_details)["reasoning_tokens"],
    cachedInputTokens: fieldsOf(input_tokens_details)["cached_tokens"],
  };
  const counted = Object.entries(figures).map(([name, count]) => [name, reportedCount(count)] as const);
  const known = counted.filter(([, count]) => count !== undefined);
  return knownUsage({ ...Object.fromEntries(known), source: "provider" });
}
