import { Cron } from "croner";

/** When something is due: five cron fields, or six with seconds first, in a time zone of IANA's. */
export interface CronTimes {
  cron: string;
  timeZone: string;
}

/**
 * The first due time after `ms`, in ms; undefined: there is none. It depends on nothing else, so that all
 * processes come to the same. A time that a change of clocks leaves out is due when the clock has passed it;
 * one that comes twice is due the first time, where the hour is given by number.
 */
export function dueAfter({ cron, timeZone }: CronTimes, ms: number): number | undefined {
  return cronOf(cron, timeZone).nextRun(new Date(ms))?.getTime();
}

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
