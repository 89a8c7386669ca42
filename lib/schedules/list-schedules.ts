import type { ScheduleListing } from "../protocol/schedule-listing.ts";
import type { NoteStore } from "../storage/note-store.ts";
import type { Schedule } from "./define-schedule.ts";
import { dueAfter } from "./due-times.ts";
import { readMarkers } from "./schedule-marker.ts";

/** The schedules as everybody may know them; what they ask is not among it. `now`: ms. */
export async function listSchedules(
  schedules: readonly Schedule[],
  notes: Pick<NoteStore, "list" | "save">,
  now: number,
): Promise<ScheduleListing[]> {
  if (schedules.length === 0) return [];
  const markers = await readMarkers(notes);
  return schedules.map((schedule) => {
    const { name, description, cron, timeZone, agent } = schedule;
    const nextAt = dueAfter(schedule, now);
    const { lastAt, missed } = markers.get(name) ?? {};
    return {
      ...{ name, cron, timeZone, agent },
      ...(description !== undefined && { description }),
      ...(nextAt !== undefined && { nextAt }),
      ...(lastAt !== undefined && { lastAt }),
      ...(missed && { missed }),
    };
  });
}
