import { Cron } from "croner";

/** When something is due: five cron fields, or six with seconds first, in a time zone of IANA's. */
export interface CronTimes {
  cron: string;
  timeZone: string;
}

/**
 * The first due time after `ms`, in ms; undefined: there is none. It depends on nothing else, so that all
 * processes come to the same. A time that a change of clocks leaves out is due when the clock has passed it;
 * one that comes twice is due the first time, and both times only where every hour is meant.
 */
export function dueAfter({ cron, timeZone }: CronTimes, ms: number): number | undefined {
  const times = cronOf(cron, timeZone);
  const isAnyHour = /^[*?]$/.test(hoursIn(cron));
  for (let at = ms; ; ) {
    const next = times.nextRun(new Date(at))?.getTime();
    if (next === undefined || isAnyHour || !isSecondTime(next, timeZone)) return next;
    at = next;
  }
}

function hoursIn(cron: string): string {
  const fields = cron.trim().split(/\s+/);
  if (fields.length === 1) return fields[0]?.toLowerCase() === "@hourly" ? "*" : "0";
  return fields[fields.length > 5 ? 2 : 1] ?? "*";
}

/** No clock is set back by more, ms. */
const maxSetBackMs = 3 * 3_600_000;

/** Whether clocks there, which were set back, have shown that time before. */
function isSecondTime(ms: number, timeZone: string): boolean {
  const setBackMs = clockAheadAt(ms - maxSetBackMs, timeZone) - clockAheadAt(ms, timeZone);
  return (
    setBackMs > 0 && clockAheadAt(ms - setBackMs, timeZone) === clockAheadAt(ms - maxSetBackMs, timeZone)
  );
}

const clocks = new Map<string, Intl.DateTimeFormat>();

/** What clocks there are ahead of UTC, ms. */
function clockAheadAt(ms: number, timeZone: string): number {
  const clock = clocks.get(timeZone) ?? new Intl.DateTimeFormat("en", { timeZone, ...everyField });
  clocks.set(timeZone, clock);
  const shown = Object.fromEntries(clock.formatToParts(ms).map(({ type, value }) => [type, Number(value)]));
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = shown;
  return Date.UTC(year, month - 1, day, hour, minute, second) - Math.floor(ms / 1000) * 1000;
}

const everyField = {
  ...({ hourCycle: "h23", year: "numeric", month: "numeric", day: "numeric" } as const),
  ...({ hour: "numeric", minute: "numeric", second: "numeric" } as const),
};

/** What is wrong with the words; undefined: nothing. */
export function cronFault({ cron, timeZone }: CronTimes): string | undefined {
  if (!isTimeZone(timeZone)) return `timeZone: there is no time zone "${timeZone}"`;
  try {
    if (!cronOf(cron, timeZone).nextRun(new Date(0))) return `cron: "${cron}" is never due`;
    return undefined;
  } catch (error) {
    const words = error instanceof Error ? error.message.replace(/^CronPattern: /, "") : String(error);
    return `cron: ${words}`;
  }
}

/** Reading the words costs more than a due time. */
const read = new Map<string, Cron>();

function cronOf(cron: string, timeZone: string): Cron {
  const key = `${timeZone} ${cron}`;
  const known = read.get(key) ?? new Cron(cron, { timezone: timeZone, paused: true });
  read.set(key, known);
  return known;
}

function isTimeZone(timeZone: string): boolean {
  try {
    return new Intl.DateTimeFormat("en", { timeZone }).resolvedOptions().timeZone !== "";
  } catch {
    return false;
  }
}
