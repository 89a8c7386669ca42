import { type CalendarTime, utcFields, utcOf } from "./local-time.ts";

/** A length of time; years to days are of the calendar, the others are exact. */
export interface CalendarDuration {
  readonly years?: number | undefined;
  readonly months?: number | undefined;
  readonly weeks?: number | undefined;
  readonly days?: number | undefined;
  readonly hours?: number | undefined;
  readonly minutes?: number | undefined;
  readonly seconds?: number | undefined;
}

/**
 * The local time so many years, months, weeks and days later. A day that the month does not have becomes its
 * last one: a month after January 31 is the end of February.
 */
export function addToCalendar(
  local: CalendarTime,
  { years = 0, months = 0, weeks = 0, days = 0 }: CalendarDuration,
): CalendarTime {
  const month = local.year * 12 + local.month - 1 + years * 12 + months;
  const [year, monthOfYear] = [Math.floor(month / 12), (month % 12) + 1];
  const day = Math.min(local.day, daysIn(year, monthOfYear));
  return utcFields(utcOf({ ...local, year, month: monthOfYear, day: day + weeks * 7 + days }));
}

/** Ms of what is exact in a duration. */
export const exactMs = ({ hours = 0, minutes = 0, seconds = 0 }: CalendarDuration): number =>
  ((hours * 60 + minutes) * 60 + seconds) * 1000;

/** From the earlier to the later local time: whole years, months and days, then hours, minutes, seconds. */
export function calendarBetween(
  from: CalendarTime,
  to: CalendarTime,
): Required<Omit<CalendarDuration, "weeks">> {
  let months = (to.year - from.year) * 12 + to.month - from.month;
  while (months > 0 && utcOf(addToCalendar(from, { months })) > utcOf(to)) months -= 1;
  const rest = utcOf(to) - utcOf(addToCalendar(from, { months }));
  const seconds = Math.floor(rest / 1000);
  return {
    years: Math.floor(months / 12),
    months: months % 12,
    days: Math.floor(seconds / 86_400),
    hours: Math.floor(seconds / 3600) % 24,
    minutes: Math.floor(seconds / 60) % 60,
    seconds: seconds % 60,
  };
}

/** Days of the calendar from one to the other, whatever the clock shows. */
export const daysBetween = (from: CalendarTime, to: CalendarTime): number =>
  Math.round((utcOf(midnight(to)) - utcOf(midnight(from))) / 86_400_000);

/** In English: `Friday`. */
export const weekdayOf = (local: CalendarTime): string => weekdays[new Date(utcOf(local)).getUTCDay()] ?? "";

/** By ISO 8601: `2026-W48`. The first week of a year is the one with its first Thursday. */
export function weekOf(local: CalendarTime): string {
  const date = new Date(utcOf(midnight(local)));
  date.setUTCDate(date.getUTCDate() + 4 - (date.getUTCDay() || 7));
  const year = date.getUTCFullYear();
  const firstDay = utcOf({ year, month: 1, day: 1, hour: 0, minute: 0, second: 0 });
  const week = Math.ceil(((date.getTime() - firstDay) / 86_400_000 + 1) / 7);
  return `${String(year).padStart(4, "0")}-W${String(week).padStart(2, "0")}`;
}

const weekdays = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];

const midnight = (local: CalendarTime): CalendarTime => ({ ...local, hour: 0, minute: 0, second: 0 });

export const daysIn = (year: number, month: number): number =>
  utcFields(utcOf({ year, month: month + 1, day: 0, hour: 0, minute: 0, second: 0 })).day;
