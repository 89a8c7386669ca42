/** A time as a clock and a calendar show it somewhere, by the proleptic Gregorian calendar. */
export interface CalendarTime {
  readonly year: number;
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
}

/**
 * What becomes of a local time in its zone. `skipped`: clocks were set forward over it, and it is that much
 * later. `repeated`: clocks showed it twice, and it is the first.
 */
export interface ResolvedTime {
  /** Ms since 1970. */
  readonly instant: number;
  readonly kind: "unique" | "skipped" | "repeated";
}

const oneDayMs = 86_400_000;

/** Ms since 1970 of a local time as if it were one in UTC. Fields out of their range are carried over. */
export function utcOf({ year, month, day, hour, minute, second }: CalendarTime): number {
  // Not `Date.UTC`, which takes the years 0 to 99 for others.
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  date.setUTCHours(hour, minute, second);
  return date.getTime();
}

/** Its local time in UTC; whole seconds. */
export function utcFields(instant: number): CalendarTime {
  const date = new Date(instant);
  return {
    year: date.getUTCFullYear(),
    month: date.getUTCMonth() + 1,
    day: date.getUTCDate(),
    hour: date.getUTCHours(),
    minute: date.getUTCMinutes(),
    second: date.getUTCSeconds(),
  };
}

/** How far local time is ahead of UTC, ms. `timeZone`: as `findTimeZone` gives it. */
export function offsetAt(timeZone: string, instant: number): number {
  if (timeZone === "UTC") return 0;
  const text = longOffset(timeZone).format(instant);
  const [, sign, hours = 0, minutes = 0, seconds = 0] =
    /GMT(?:([+-])(\d+):(\d+)(?::(\d+))?)?$/.exec(text) ?? [];
  const size = (Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds)) * 1000;
  return sign === "-" ? -size : size;
}

/** The instant at which the clocks of the zone show the time. */
export function resolveLocalTime(local: CalendarTime, timeZone: string): ResolvedTime {
  const asUtc = utcOf(local);
  const [before, after] = [offsetAt(timeZone, asUtc - oneDayMs), offsetAt(timeZone, asUtc + oneDayMs)];
  const candidates = [...new Set([before, after])].map((offset) => asUtc - offset);
  const found = candidates.filter((instant) => instant + offsetAt(timeZone, instant) === asUtc);
  const [instant, another] = found.sort((one, other) => one - other);
  // By the offset before the change, as Temporal does it.
  if (instant === undefined) return { instant: asUtc - before, kind: "skipped" };
  return { instant, kind: another === undefined ? "unique" : "repeated" };
}

/** The last used: making one takes a millisecond. */
const formats = new Map<string, Intl.DateTimeFormat>();
const maxFormats = 30;

function longOffset(timeZone: string): Intl.DateTimeFormat {
  const known = formats.get(timeZone);
  if (known) return known;
  const format = new Intl.DateTimeFormat("en-US", { timeZone, timeZoneName: "longOffset" });
  if (formats.size >= maxFormats) formats.clear();
  formats.set(timeZone, format);
  return format;
}
