import type { RunEvent } from "#lib/protocol/run-event.ts";

/** Where two logs differ, by the number of the event. */
export interface LogDifference {
  seq: number;
  type: string;
  recorded: string | undefined;
  now: string | undefined;
}

/** Byte by byte, event by event. */
export function compareLogs(recorded: readonly RunEvent[], now: readonly RunEvent[]): LogDifference[] {
  const differences: LogDifference[] = [];
  for (let at = 0; at < Math.max(recorded.length, now.length); at += 1) {
    const [one, other] = [recorded[at], now[at]].map((event) => event && JSON.stringify(event));
    if (one === other) continue;
    const type = recorded[at]?.type ?? now[at]?.type ?? "";
    differences.push({ seq: at + 1, type, recorded: one, now: other });
  }
  return differences;
}

/** A difference in three lines: which event, what it was, what it is. */
export const describeDifference = ({ seq, type, recorded, now }: LogDifference): string =>
  [`  seq ${seq} ${type}`, `    - ${bodyIn(recorded)}`, `    + ${bodyIn(now)}`].join("\n");

/** Without what is the same for both. */
const bodyIn = (json: string | undefined): string =>
  json === undefined
    ? "nothing"
    : json.replace(/"runId":"[^"]*","epoch":\d+,"seq":\d+,"ts":[\d.]+,/, "").slice(0, 400);
