import { createHash } from "node:crypto";
import type { MissedTimes } from "../protocol/schedule-listing.ts";
import type { RunContext } from "../runs/run-context.ts";
import { startRun } from "../runs/start-run.ts";
import type { Schedule } from "./define-schedule.ts";
import { dueNow } from "./due-now.ts";
import { dueAfter } from "./due-times.ts";
import { readMarkers, type ScheduleMarker, saveMarker } from "./schedule-marker.ts";
import { scheduledRun } from "./scheduled-run.ts";

/*
 * Starts runs by the clock, on every process of a store. Owns: which due times are started, by whom, and
 * what is said of those that are not. Does not own: when something is due (due-times.ts), nor the life of a
 * run (lib/runs).
 *
 * 1. Each due time is started once, whatever processes are there and however their clocks differ: the ids of
 *    its run are made of the schedule and the due time, and the store has a run of an id once.
 * 2. What is done is marked after it was done, and never begun again below the mark: also not when its run
 *    was deleted since.
 * 3. A due time at which no process was there is made up for within `lateMinutes`; else it is missed, and the
 *    log and the list say so.
 * 4. A schedule begins when a process first knows it: nothing before that is due.
 * 5. A store that fails is asked again; nothing is marked meanwhile.
 */

export interface ScheduleKeeping {
  schedules: readonly Schedule[];
  /** A session of the user whose conversations the runs are; absent: nobody sees them. */
  session?: string;
  meter?: ScheduleMeter;
}

/** Whoever counts what this process has started, and what it has found missed. */
interface ScheduleMeter {
  started(schedule: string): void;
  missed(schedule: string, count: number): void;
}

/** The user of runs that nobody is to see: no session is of it. */
const unseenUser = createHash("sha256").update("rivulet scheduled runs").digest("hex");

/** A clock may be set while one waits. */
const maxSleepMs = 30_000;
/** Before a store that failed is asked again. */
const storeRetryMs = 2_000;

/** Keeps all schedules until the signal aborts. */
export function keepSchedules(context: RunContext, keeping: ScheduleKeeping, signal: AbortSignal): void {
  for (const schedule of keeping.schedules) void keepSchedule(context, keeping, schedule, signal);
}

async function keepSchedule(
  context: RunContext,
  keeping: ScheduleKeeping,
  schedule: Schedule,
  signal: AbortSignal,
): Promise<void> {
  const { clock, log } = context;
  let lastError = "";
  while (!signal.aborted) {
    let sleepMs = storeRetryMs;
    try {
      const doneTo = await doWhatIsDue(context, keeping, schedule, signal);
      const next = dueAfter(schedule, doneTo);
      sleepMs = Math.min(maxSleepMs, Math.max(1, (next ?? Number.POSITIVE_INFINITY) - clock.wall()));
      lastError = "";
    } catch (caught) {
      const error = String(caught);
      if (error !== lastError)
        log({ level: "warn", message: "a schedule waits for the store", schedule: schedule.name, error });
      lastError = error;
    }
    await clock.sleep(sleepMs, signal);
  }
}

/** Up to where it is done now. */
async function doWhatIsDue(
  context: RunContext,
  keeping: ScheduleKeeping,
  schedule: Schedule,
  signal: AbortSignal,
): Promise<number> {
  const { clock, log, storage } = context;
  const { name } = schedule;
  const now = clock.wall();
  const marker = (await readMarkers(storage.notes)).get(name);
  // 4.
  if (!marker) {
    await saveMarker(storage.notes, name, { doneTo: now });
    return now;
  }
  const { due, missed } = dueNow(schedule, marker.doneTo, now);
  if (missed) {
    log({ level: "warn", message: "due times were missed", schedule: name, ...inWords(missed) });
    keeping.meter?.missed(name, missed.count);
  }
  let done: ScheduleMarker = missed ? { ...marker, missed, doneTo: missed.to } : marker;
  try {
    for (const dueAt of due) {
      if (signal.aborted) break;
      await startDue(context, keeping, schedule, dueAt);
      done = { ...done, doneTo: dueAt, lastAt: dueAt };
    }
  } finally {
    // 2.
    if (done !== marker) await saveMarker(storage.notes, name, done);
  }
  return done.doneTo;
}

const inWords = ({ count, from, to }: MissedTimes) => ({
  count,
  from: new Date(from).toISOString(),
  to: new Date(to).toISOString(),
});

/** 1. Throws `StorageError` if it is not known to be started. */
async function startDue(
  context: RunContext,
  { session, meter }: ScheduleKeeping,
  schedule: Schedule,
  dueAt: number,
): Promise<void> {
  const { limits, log, newId, pickProducer, storage } = context;
  const { name } = schedule;
  const userId = session === undefined ? unseenUser : ((await storage.sessions.user(session)) ?? session);
  const run = scheduledRun(schedule, { dueAt, userId, newId });
  const about = { schedule: name, dueAt: new Date(dueAt).toISOString(), runId: run.runId };
  const producer = await pickProducer(run);
  if (producer.unknown) {
    log({ level: "error", message: `a schedule names no ${producer.unknown} that is there`, ...about });
    return;
  }
  const { tokensPerDay: tokens } = limits;
  const bounds = { starts: [], ...(producer.usesKey && tokens !== undefined && { tokens }) };
  const started = await startRun(context, run, { bounds, producer });
  switch (started.kind) {
    case "created":
      meter?.started(name);
      log({ level: "info", message: "a scheduled run began", ...about });
      break;
    case "exists":
      break;
    default:
      log({ level: "warn", message: "a scheduled run was not begun", ...about, because: started.kind });
  }
}
