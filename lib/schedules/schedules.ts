import type { Schedule } from "./define-schedule.ts";

/** What this server starts by the clock (docs/schedules.md). */
export const schedules: readonly Schedule[] = [];
