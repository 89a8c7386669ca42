import type { Translate } from "#lib/client/i18n/translate.ts";
import { isRecord } from "#lib/protocol/is-record.ts";
import type { ToolPart } from "#lib/protocol/message.ts";

/**
 * What the line of a built-in tool says once there is an output: the question and its answer. Undefined: any
 * other tool, or an output that is not as expected.
 */
export function compactView(
  { toolName, state, input, output, question }: ToolPart,
  t: Translate,
): string | undefined {
  if (question) return question.message;
  if (state !== "output-available" || !isRecord(input)) return undefined;
  return views[toolName]?.(input, output, t);
}

type View = (input: Record<string, unknown>, output: unknown, t: Translate) => string | undefined;

const views: Readonly<Record<string, View>> = {
  calculator: ({ expression }, output) => {
    const value = valueOf(output);
    return typeof expression === "string" && value !== undefined ? `${expression} ${value}` : undefined;
  },
  convert_unit: ({ value, from, to }, output) => {
    const converted = valueOf(output);
    return converted === undefined
      ? undefined
      : `${String(value)} ${String(from)} ${converted} ${String(to)}`;
  },
  search_conversations: ({ query }, output, t) =>
    isRecord(output) && Array.isArray(output.matches)
      ? `${String(query)} · ${t("tool.found", { n: output.matches.length })}`
      : undefined,
  search_web: webSearchView,
  web_search: webSearchView,
  read_page: ({ url }, output) =>
    isRecord(output) && typeof output.title === "string" ? `${output.title} · ${pageHost(url)}` : undefined,
  date_time: (_, output, t) => {
    const times: unknown[] = isRecord(output) && Array.isArray(output.times) ? output.times : [];
    const shown = times.flatMap((each) =>
      isRecord(each) && typeof each.time === "string"
        ? [`${cityOf(each.timeZone)} ${clockOf(each.time)}`]
        : [],
    );
    return shown.length > 0 ? shown.join(t("list.comma")) : undefined;
  },
};

function webSearchView(
  { query }: Record<string, unknown>,
  output: unknown,
  t: Translate,
): string | undefined {
  if (typeof query !== "string" || !isRecord(output) || !Array.isArray(output.results)) return undefined;
  return `${query} · ${t("tool.found", { n: output.results.length })}`;
}

const pageHost = (url: unknown): string =>
  typeof url === "string" && URL.canParse(url) ? new URL(url).host : String(url);

/** A number as the calculator gives it, with its sign: `= 0.3`; one that is rounded, `≈ 0.33`. */
function valueOf(output: unknown): string | undefined {
  if (!isRecord(output) || typeof output.result !== "string") return undefined;
  return `${output.isExact === false ? "≈" : "="} ${shortened(output.result)}`;
}

/** So many digits of a number stand in a line. */
const maxShownDigits = 24;

const shortened = (digits: string): string =>
  digits.length > maxShownDigits ? `${digits.slice(0, maxShownDigits)}…` : digits;

/** The city of a zone: `Asia/Tokyo`. */
const cityOf = (timeZone: unknown): string =>
  typeof timeZone === "string" ? (timeZone.split("/").at(-1) ?? "").replaceAll("_", " ") : "";

/** `2026-03-01T15:00:00+09:00` without its zone and whole seconds. */
const clockOf = (time: string): string => time.slice(0, 19).replace("T", " ").replace(/:00$/, "");
