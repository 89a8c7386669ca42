import { isRecord } from "../../protocol/is-record.ts";
import type { Usage } from "../../protocol/run-event.ts";
import { reportedCount } from "../known-usage.ts";

/** The reports of one answer, each of which may lack figures of the ones before. */
export interface MessagesUsage {
  /** All that is known with this report; undefined if it is nothing. */
  read(report: unknown): Usage | undefined;
  /** With what the answer began: how long it will be is not known then, though a figure is there. */
  begin(report: unknown): Usage | undefined;
}

type Figures = Partial<Record<(typeof names)[number], number>>;

const names = [
  "input_tokens",
  "output_tokens",
  "cache_read_input_tokens",
  "cache_creation_input_tokens",
] as const;

/** This wire counts what was read from the cache, and written to it, apart from the input. */
export function createMessagesUsage(): MessagesUsage {
  let figures: Figures = {};

  function read(report: unknown): Usage | undefined {
    if (!isRecord(report)) return undefined;
    figures = { ...figures, ...reported(report, figures) };
    const { input_tokens, output_tokens, cache_read_input_tokens, cache_creation_input_tokens } = figures;
    const inputTokens =
      input_tokens === undefined
        ? undefined
        : input_tokens + (cache_read_input_tokens ?? 0) + (cache_creation_input_tokens ?? 0);
    if (inputTokens === undefined && output_tokens === undefined) return undefined;
    return {
      ...(inputTokens !== undefined && { inputTokens }),
      ...(output_tokens !== undefined && { outputTokens: output_tokens }),
      ...(cache_read_input_tokens !== undefined && { cachedInputTokens: cache_read_input_tokens }),
      source: "provider",
    };
  }

  return {
    read,
    begin(report) {
      const usage = read(report);
      if (usage?.inputTokens === undefined) return undefined;
      const { outputTokens: _, ...begun } = usage;
      return begun;
    },
  };
}

/** Some gateways write 0 for what they do not know: what was reported stays. */
function reported(report: Readonly<Record<string, unknown>>, known: Figures): Figures {
  const figures: Figures = {};
  for (const name of names) {
    const count = reportedCount(report[name]);
    if (count !== undefined && (count > 0 || !known[name])) figures[name] = count;
  }
  return figures;
}
