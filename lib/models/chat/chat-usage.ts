import { isRecord } from "../../protocol/is-record.ts";
import type { Usage } from "../../protocol/run-event.ts";
import { maxTokensOfRequest, reportedCount } from "../known-usage.ts";

/** The figures of a report that can be believed; an absent one is unknown. */
export type ChatUsage = Omit<Usage, "source">;

/** Where servers write each figure, the usual name first. */
const usagePaths: readonly (readonly [keyof ChatUsage, readonly (readonly string[])[]])[] = [
  ["inputTokens", [["prompt_tokens"], ["input_tokens"]]],
  ["outputTokens", [["completion_tokens"], ["output_tokens"]]],
  [
    "reasoningTokens",
    [
      ["completion_tokens_details", "reasoning_tokens"],
      ["output_tokens_details", "reasoning_tokens"],
      ["reasoning_tokens"],
    ],
  ],
  // OpenAI's name, then DeepSeek's, Together's, the Responses wire's and Anthropic's.
  [
    "cachedInputTokens",
    [
      ["prompt_tokens_details", "cached_tokens"],
      ["prompt_cache_hit_tokens"],
      ["cached_tokens"],
      ["input_tokens_details", "cached_tokens"],
      ["cache_read_input_tokens"],
    ],
  ],
];

/** Reads a report of usage; undefined if nothing can be read from it. */
export function readChatUsage(report: unknown): ChatUsage | undefined {
  if (!isRecord(report)) return undefined;
  const usage: ChatUsage = {};
  for (const [figure, paths] of usagePaths) {
    const count = paths.map((path) => tokensAt(report, path)).find((each) => each !== undefined);
    if (count !== undefined) usage[figure] = count;
  }
  return Object.keys(usage).length === 0 ? undefined : usage;
}

function tokensAt(report: Record<string, unknown>, path: readonly string[]): number | undefined {
  const found = path.reduce<unknown>((value, name) => (isRecord(value) ? value[name] : undefined), report);
  const count = reportedCount(found);
  return count !== undefined && count <= maxTokensOfRequest ? count : undefined;
}
