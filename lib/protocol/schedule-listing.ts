/** A schedule, as everybody may know it (docs/protocol.md 3.14). Times in ms. */
export interface ScheduleListing {
  name: string;
  description?: string;
  cron: string;
  timeZone: string;
  agent: string;
  /** Absent: never again. */
  nextAt?: number;
  /** The newest due time that was dealt with; absent: none since the schedule is known. */
  lastAt?: number;
  /** The conversation of the run that was started then, if it is this user's and still there. */
  lastConversationId?: string;
  /** Due times at which nothing was started because no process was there; absent: none. */
  missed?: MissedTimes;
}

/** The newest due times that were missed in a row. */
export interface MissedTimes {
  /** At most 1,000 are counted. */
  count: number;
  from: number;
  to: number;
}
