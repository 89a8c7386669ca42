import { usageFigures } from "../protocol/add-usage.ts";
import type { Usage } from "../protocol/run-event.ts";

/** Ten times what the longest context holds: more than that no request has used. */
export const maxTokensOfRequest = 100_000_000;

/**
 * What can be believed of a report: its whole figures from 0 to `maxTokensOfRequest`. Undefined if there is
 * none.
 */
export function knownUsage(report: Usage): Usage | undefined {
  const known: Partial<Usage> = {};
  for (const figure of usageFigures) {
    const count = report[figure];
    if (isTokenCount(count)) known[figure] = count;
  }
  // In the order in which logs hold them.
  return Object.keys(known).length === 0 ? undefined : { ...known, source: report.source };
}

/** A figure of a report, which some gateways write as a text; undefined for what is none. */
export function reportedCount(figure: unknown): number | undefined {
  const count = typeof figure === "string" && figure.trim() !== "" ? Number(figure) : figure;
  return typeof count === "number" && Number.isInteger(count) && count >= 0 ? count : undefined;
}

const isTokenCount = (count: number | undefined): count is number =>
  Number.isInteger(count) && count !== undefined && count >= 0 && count <= maxTokensOfRequest;
