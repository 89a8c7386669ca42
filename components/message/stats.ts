import type { Translate } from "#lib/client/i18n/translate.ts";
import { minRatedMs } from "#lib/protocol/limits.ts";
import type { AssistantMessage } from "#lib/protocol/message.ts";
import type { Timings, Usage } from "#lib/protocol/run-event.ts";
import { formatDollars, formatSeconds, grouped } from "../ui/format-amount.ts";
import { modelName } from "./model-name.ts";
import { takeoverWords } from "./takeover-words.ts";

/**
 * "Demo model · 212 in, 431 out · first token 0.41 s · 63 tok/s": only what is known. `isPartial`: there is
 * more that nobody knows.
 */
export function stats(t: Translate, answer: AssistantMessage, isPartial = false): string {
  return [
    modelName(t, answer.answeredBy ?? answer.model),
    usageWords(t, answer, isPartial || hasUnreported(answer)),
    takeoverWords(t, answer),
    ...speedWords(t, timingsIn(answer)),
  ]
    .filter(Boolean)
    .join(" · ");
}

/**
 * The amounts under the rule: tokens, dollars, then seconds. Unknown ones are left out. `isCostPartial`: it
 * has cost more than anybody knows, whatever is known of the tokens.
 */
export function totals(
  t: Translate,
  answer: AssistantMessage,
  isPartial = false,
  isCostPartial = isPartial,
): string[] {
  const usage = usageIn(answer);
  const timings = timingsIn(answer);
  const tokens = (usage?.inputTokens ?? 0) + (usage?.outputTokens ?? 0);
  const known = usage?.source === "estimated" ? "≈ " : "";
  const sign = (isLess: boolean) => (isLess || hasUnreported(answer) ? "≥ " : known);
  return [
    ...(tokens > 0 ? [sign(isPartial) + t("amount.tokens", { n: grouped(tokens) })] : []),
    ...(usage?.cost === undefined ? [] : [sign(isCostPartial) + formatDollars(usage.cost)]),
    ...(timings ? [formatSeconds(t, timings.durationMs)] : []),
  ];
}

/** What one of several holders has asked for is unknown. */
const hasUnreported = ({ takeovers = [] }: AssistantMessage): boolean =>
  takeovers.some(({ isUnreported }) => isUnreported);

/** Its provider has not said what it wrote, and what is there is all of it so far. */
export const isEstimated = (answer: AssistantMessage): boolean =>
  !answer.ending ||
  (answer.ending.type === "finish" && answer.parts.length > 0 && usageIn(answer) === undefined);

/** A report without a figure is none. */
function usageIn({ ending }: AssistantMessage): Usage | undefined {
  const usage = ending && "total" in ending ? ending.total : undefined;
  return usage?.inputTokens === undefined && usage?.outputTokens === undefined ? undefined : usage;
}

const timingsIn = ({ ending }: AssistantMessage): Timings | undefined =>
  ending && "timings" in ending ? ending.timings : undefined;

function usageWords(t: Translate, answer: AssistantMessage, isPartial: boolean): string {
  if (isEstimated(answer)) return "";
  const usage = usageIn(answer);
  if (!usage) return t("end.unknown");
  const words = figureWords(t, usage);
  if (answer.ending?.type === "abort" && usage.outputTokens === undefined)
    return `${words} · ${t("end.unknown.stop")}`;
  if (isPartial) return t("end.least", { what: words });
  return usage.source === "estimated" ? `≈ ${words}${t("end.estimated")}` : words;
}

function figureWords(t: Translate, usage: Usage): string {
  const { inputTokens, outputTokens, reasoningTokens = 0, cachedInputTokens = 0 } = usage;
  const share = inputTokens ? Math.min(100, Math.round((cachedInputTokens / inputTokens) * 100)) : 0;
  const read =
    inputTokens !== undefined &&
    t("end.in", { n: grouped(inputTokens) }) + (share > 0 ? t("end.cached", { n: share }) : "");
  const written =
    outputTokens !== undefined &&
    t("end.out", { n: grouped(outputTokens) }) +
      (reasoningTokens > 0 ? t("end.thinking", { n: grouped(reasoningTokens) }) : "");
  return read && written ? t("end.tokens", { in: read, out: written }) : read || written || "";
}

/** An answer that came in one burst was written before it was sent: that is no speed. */
function speedWords(t: Translate, timings: Timings | undefined): string[] {
  if (timings?.ttftMs === undefined) return [];
  const { ttftMs, durationMs, outputTokensPerSecond: rate } = timings;
  const hasSpeed = rate !== undefined && durationMs - ttftMs >= minRatedMs;
  return [
    t("end.first", { time: t("amount.seconds", { n: (ttftMs / 1000).toFixed(2) }) }),
    ...(hasSpeed ? [t("end.rate", { n: rate < 10 ? rate.toFixed(1) : Math.round(rate) })] : []),
  ];
}
