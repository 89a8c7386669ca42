import type { MissedTimes } from "../protocol/schedule-listing.ts";
import type { Schedule } from "./define-schedule.ts";
import { dueAfter } from "./due-times.ts";

/** What is to be done about a schedule now. Times in ms. */
export interface DueNow {
  /** In their order; runs are to be started for them. */
  due: readonly number[];
  /** Too late for a run. */
  missed?: MissedTimes;
}

const maxDueTimes = 1000;

/** The due times after `doneTo` up to `now`: those that may still be started, and those that are missed. */
export function dueNow(schedule: Schedule, doneTo: number, now: number): DueNow {
  const lateFrom = now - schedule.lateMinutes * 60_000;
  const missed = missedBetween(schedule, doneTo, lateFrom);
  const due: number[] = [];
  for (let at = dueAfter(schedule, Math.max(doneTo, lateFrom - 1)); at !== undefined && at <= now; ) {
    due.push(at);
    at = due.length < maxDueTimes ? dueAfter(schedule, at) : undefined;
  }
  return { due, ...(missed && { missed }) };
}

/** Those after `doneTo` and before `end`. */
function missedBetween(schedule: Schedule, doneTo: number, end: number): MissedTimes | undefined {
  const from = dueAfter(schedule, doneTo);
  if (from === undefined || from >= end) return undefined;
  let [to, count] = [from, 1];
  for (let at = dueAfter(schedule, from); at !== undefined && at < end && count < maxDueTimes; count += 1) {
    to = at;
    at = dueAfter(schedule, at);
  }
  return { count, from, to };
}
