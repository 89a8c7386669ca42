import { daysIn } from "./calendar.ts";
import { findTimeZone } from "./find-time-zone.ts";
import type { CalendarTime } from "./local-time.ts";

/** A written time. `timeZone`: of the offset that was written with it. */
export interface WrittenTime {
  readonly local: CalendarTime;
  readonly timeZone?: string;
}

const pattern =
  /^(\d{4})-(\d{2})-(\d{2})(?:[T ]+(\d{2}):(\d{2})(?::(\d{2})(?:[.,]\d+)?)?\s*(Z|UTC|[+-]\d{2}(?::?\d{2})?)?)?$/i;

/**
 * Reads a date, or a date and a time, by ISO 8601: `2026-03-01`, `2026-03-01T15:00`,
 * `2026-03-01 15:00:30+08:00`. Fractions of a second are left out. Undefined: it is none, or there is no such
 * day.
 */
export function readTime(text: string): WrittenTime | undefined {
  const found = pattern.exec(text.trim());
  if (!found) return undefined;
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = found
    .slice(1, 7)
    .map((digits) => Number(digits ?? 0));
  if (year < 1 || month < 1 || month > 12 || day < 1 || day > daysIn(year, month)) return undefined;
  if (hour > 23 || minute > 59 || second > 59) return undefined;
  const timeZone = found[7] === undefined ? undefined : findTimeZone(found[7]);
  if (found[7] !== undefined && timeZone === undefined) return undefined;
  return {
    local: { year, month, day, hour, minute, second },
    ...(timeZone !== undefined && { timeZone }),
  };
}
