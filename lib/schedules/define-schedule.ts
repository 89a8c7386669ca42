import { defaultAgent } from "../protocol/default-agent.ts";
import { defaultMaxMessageLength } from "../protocol/limits.ts";
import { cronFault } from "./due-times.ts";

export interface ScheduleOptions {
  /** Small letters, digits and `-`: part of the ids of its runs, so that another name is another schedule. */
  name: string;
  description?: string;
  /** Five fields (minute, hour, day, month, weekday), or six with seconds first. */
  cron: string;
  /** Of IANA's, such as `Europe/Berlin`; absent: UTC. */
  timeZone?: string;
  /** What its runs are asked. */
  text: string;
  /** The agent or workflow that answers; absent: the default agent. */
  agent?: string;
  /** Absent: the server's choice. */
  model?: string;
  /**
   * How late a run may be started where no process was there in time, minutes; what is later is missed.
   * Absent: 10.
   */
  lateMinutes?: number;
}

/** A schedule whose words are right. */
export interface Schedule extends ScheduleOptions {
  timeZone: string;
  agent: string;
  lateMinutes: number;
}

/** Throws one error with all that is wrong. */
export function defineSchedule(options: ScheduleOptions): Schedule {
  const { timeZone = "UTC", agent = defaultAgent, lateMinutes = 10 } = options;
  const schedule = { ...options, timeZone, agent, lateMinutes };
  const faults = scheduleFaults(schedule);
  if (faults.length > 0)
    throw new TypeError(`The schedule "${options.name}" cannot be kept.\n${faults.join("\n")}`);
  return schedule;
}

function scheduleFaults(schedule: Schedule): string[] {
  const { name, text, lateMinutes } = schedule;
  const faults = [
    /^[a-z0-9][a-z0-9-]{0,59}$/.test(name) ? undefined : "name: at most 60 small letters, digits and -",
    cronFault(schedule),
    text.trim() !== "" && text.length <= defaultMaxMessageLength
      ? undefined
      : `text: 1 to ${defaultMaxMessageLength} characters`,
    lateMinutes >= 0 && lateMinutes <= 1440 ? undefined : "lateMinutes: 0 to 1440",
  ];
  return faults.filter((fault) => fault !== undefined);
}
