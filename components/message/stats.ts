import type { Translate } from "#lib/client/i18n/translate.ts";
import type { AssistantMessage } from "#lib/protocol/message.ts";
import type { Timings, Usage } from "#lib/protocol/run-event.ts";
import { formatSeconds, grouped } from "../ui/format-amount.ts";
import { modelName } from "./model-name.ts";

/** "Demo model · 212 in, 431 out · first token 0.41 s · 63 tok/s": only what is known. */
export function stats(t: Translate, answer: AssistantMessage): string {
  const { total, timings } = costOf(answer);
  return [modelName(t, answer.model), usageWords(t, total), ...speedWords(t, timings)]
    .filter(Boolean)
    .join(" · ");
}

/** The amounts under the rule: tokens, then seconds. Unknown ones are left out. */
export function totals(t: Translate, answer: AssistantMessage): string[] {
  const { total, timings } = costOf(answer);
  const tokens = (total?.inputTokens ?? 0) + (total?.outputTokens ?? 0);
  return [
    ...(tokens > 0 ? [t("amount.tokens", { n: grouped(tokens) })] : []),
    ...(timings ? [formatSeconds(t, timings.durationMs)] : []),
  ];
}

function costOf({ ending }: AssistantMessage): { total?: Usage; timings?: Timings } {
  if (!ending || ending.type === "interrupted") return {};
  return ending.type === "error"
    ? { ...(ending.total && { total: ending.total }) }
    : { ...(ending.total && { total: ending.total }), ...(ending.timings && { timings: ending.timings }) };
}

function usageWords(t: Translate, usage: Usage | undefined): string {
  const { inputTokens, outputTokens, source } = usage ?? {};
  const words =
    inputTokens !== undefined && outputTokens !== undefined
      ? t("end.tokens", { in: grouped(inputTokens), out: grouped(outputTokens) })
      : inputTokens !== undefined
        ? t("end.in", { n: grouped(inputTokens) })
        : outputTokens !== undefined
          ? t("end.out", { n: grouped(outputTokens) })
          : "";
  return words && source === "estimated" ? `${words} (${t("end.estimated")})` : words;
}

function speedWords(t: Translate, timings: Timings | undefined): string[] {
  const { ttftMs, outputTokensPerSecond: rate } = timings ?? {};
  return [
    ...(ttftMs === undefined
      ? []
      : [t("end.first", { time: t("amount.seconds", { n: (ttftMs / 1000).toFixed(2) }) })]),
    ...(rate === undefined ? [] : [t("end.rate", { n: rate < 10 ? rate.toFixed(1) : Math.round(rate) })]),
  ];
}
