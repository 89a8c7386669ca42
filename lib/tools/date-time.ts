import { z } from "zod";
import {
  addToCalendar,
  type CalendarDuration,
  calendarBetween,
  daysBetween,
  exactMs,
  weekdayOf,
  weekOf,
} from "./date-time/calendar.ts";
import { findTimeZone } from "./date-time/find-time-zone.ts";
import { type CalendarTime, offsetAt, resolveLocalTime, utcFields, utcOf } from "./date-time/local-time.ts";
import { readTime } from "./date-time/read-time.ts";
import { defineTool } from "./define-tool.ts";
import type { Tool } from "./tool.ts";

const amount = z.int().min(-1_000_000_000).max(1_000_000_000).optional();
const timeText = z.string().max(60);
const zone = z.string().max(60);

const input = z.object({
  time: timeText
    .describe(
      "A date or a date with a time, by ISO 8601, such as 2026-03-01 or 2026-03-01T15:00. Absent: now.",
    )
    .optional(),
  timeZone: zone
    .describe("Of `time` and `until`, where they have no offset: Asia/Tokyo, +08:00 or a city. Absent: UTC.")
    .optional(),
  in: z.array(zone).max(20).describe("The time zones to give the time in. Absent: `timeZone`.").optional(),
  add: z
    .strictObject({
      years: amount,
      months: amount,
      weeks: amount,
      days: amount,
      hours: amount,
      minutes: amount,
      seconds: amount,
    })
    .describe("Added to the time; negative numbers are subtracted.")
    .optional(),
  until: timeText
    .describe("Another time, as `time`: how long it is until then. `now` is a time too.")
    .optional(),
});

/** A time in one zone, as the tool gives it. */
interface ZonedTime {
  timeZone: string;
  /** ISO 8601 with the zone's offset. */
  time: string;
  weekday: string;
  /** ISO 8601: `2026-W48`. */
  week: string;
}

/** Tells dates and times, in any time zone, and calculates with them. `now`: the clock, ms since 1970. */
export const createDateTimeTool = (now: () => number): Tool =>
  defineTool({
    name: "date_time",
    description:
      "Tells the current date and time, converts a time between time zones, adds to a time, and tells how long " +
      "it is from one time to another. Use it for every question about dates instead of calculating yourself.",
    effect: "read",
    input,
    run: (given) => dateTime(given, now()),
  });

function dateTime(given: z.output<typeof input>, now: number) {
  const timeZone = zoneNamed(given.timeZone ?? "UTC");
  const notes: string[] = [];
  const start = instantOf(given.time ?? "now", timeZone, now, notes);
  const instant = given.add ? addTo(start, given.add, timeZone, notes) : start;
  const zones = given.in?.length ? given.in.map(zoneNamed) : [timeZone];
  const end = given.until === undefined ? undefined : instantOf(given.until, timeZone, now, notes);
  return {
    times: zones.map((each) => zonedTime(instant, each)),
    ...(end !== undefined && {
      until: zonedTime(end, timeZone),
      difference: between(instant, end, timeZone),
    }),
    ...(notes.length > 0 && { notes }),
  };
}

function zoneNamed(name: string): string {
  const found = findTimeZone(name);
  if (found !== undefined) return found;
  throw new Error(
    `there is no time zone "${name}": name one of the IANA database, such as Europe/Berlin, or an offset, such as +08:00`,
  );
}

function instantOf(text: string, timeZone: string, now: number, notes: string[]): number {
  if (text.trim().toLowerCase() === "now") return Math.floor(now / 1000) * 1000;
  const written = readTime(text);
  if (!written)
    throw new Error(
      `"${text}" is no date or time: write it as 2026-03-01 or 2026-03-01T15:00, of a day that there is`,
    );
  return resolved(written.local, written.timeZone ?? timeZone, notes);
}

function addTo(start: number, duration: CalendarDuration, timeZone: string, notes: string[]): number {
  const { years, months, weeks, days } = duration;
  const isMoved = [years, months, weeks, days].some((each) => each !== undefined && each !== 0);
  const moved = isMoved ? addToCalendar(localAt(start, timeZone), duration) : undefined;
  if (moved) inRange(utcOf(moved));
  return inRange((moved ? resolved(moved, timeZone, notes) : start) + exactMs(duration));
}

/** Throws an error for times that ISO 8601 has no four digits for, and those next to them. */
function inRange(instant: number): number {
  if (instant > firstInstant && instant < lastInstant) return instant;
  throw new Error("the time is outside of the years 1 to 9999");
}

const firstInstant = utcOf({ year: 1, month: 1, day: 2, hour: 0, minute: 0, second: 0 });
const lastInstant = utcOf({ year: 9999, month: 12, day: 31, hour: 0, minute: 0, second: 0 });

function resolved(local: CalendarTime, timeZone: string, notes: string[]): number {
  const { instant, kind } = resolveLocalTime(local, timeZone);
  if (kind === "skipped")
    notes.push(`clocks in ${timeZone} skipped ${isoOf(local)}: the time that they showed instead was taken`);
  if (kind === "repeated")
    notes.push(`clocks in ${timeZone} showed ${isoOf(local)} twice: the first of the two was taken`);
  return inRange(instant);
}

function zonedTime(instant: number, timeZone: string): ZonedTime {
  const local = localAt(instant, timeZone);
  const offset = offsetAt(timeZone, instant);
  return {
    timeZone,
    time: isoOf(local) + (timeZone === "UTC" ? "Z" : offsetText(offset)),
    weekday: weekdayOf(local),
    week: weekOf(local),
  };
}

/** `calendarDays` and `calendar` count by the calendar of the zone, the totals by the clock. */
function between(start: number, end: number, timeZone: string) {
  const [from, to] = [Math.min(start, end), Math.max(start, end)].map((each) => localAt(each, timeZone));
  const seconds = (end - start) / 1000;
  if (!from || !to) return undefined;
  const days = daysBetween(from, to);
  return {
    isEarlier: end < start,
    calendar: calendarBetween(from, to),
    calendarDays: end < start ? -days : days,
    totalHours: Math.round((seconds / 3600) * 1e6) / 1e6,
    totalSeconds: seconds,
  };
}

const localAt = (instant: number, timeZone: string): CalendarTime =>
  utcFields(instant + offsetAt(timeZone, instant));

const isoOf = ({ year, month, day, hour, minute, second }: CalendarTime): string =>
  `${digits(year, 4)}-${digits(month)}-${digits(day)}T${digits(hour)}:${digits(minute)}:${digits(second)}`;

function offsetText(ms: number): string {
  const minutes = Math.round(Math.abs(ms) / 60_000);
  return `${ms < 0 ? "-" : "+"}${digits(Math.floor(minutes / 60))}:${digits(minutes % 60)}`;
}

const digits = (value: number, length = 2): string => String(value).padStart(length, "0");
