import type { ScheduleListing } from "../protocol/schedule-listing.ts";
import { fetchJson, type JsonResult } from "./fetch-json.ts";

export type SchedulesResult = JsonResult<{ schedules: readonly ScheduleListing[] }>;

/** What this server starts by the clock (protocol 3.14). A failure is a value, not an exception. */
export const getSchedules = (signal: AbortSignal): Promise<SchedulesResult> =>
  fetchJson((...args) => fetch(...args), "/api/schedules", { signal });
