import { createHash } from "node:crypto";
import { z } from "zod";
import type { MissedTimes } from "../protocol/schedule-listing.ts";
import type { NoteStore } from "../storage/note-store.ts";

/** How far a schedule was kept: every due time up to `doneTo` was started or missed. Times in ms. */
export interface ScheduleMarker {
  doneTo: number;
  /** Of those, the newest at which a run was started. */
  lastAt?: number;
  missed?: MissedTimes;
}

const markerSchema = z.object({
  doneTo: z.number(),
  lastAt: z.number().exactOptional(),
  missed: z.object({ count: z.number(), from: z.number(), to: z.number() }).exactOptional(),
});

/** Markers are notes of a user whom no session is of: every store keeps notes. */
const keeper = createHash("sha256").update("rivulet schedules").digest("hex");

type Notes = Pick<NoteStore, "list" | "save">;

/** By the names of their schedules; one that cannot be read is none. */
export async function readMarkers(notes: Notes): Promise<ReadonlyMap<string, ScheduleMarker>> {
  const kept = await notes.list(keeper);
  return new Map(
    kept.flatMap(({ name, text }) => {
      const marker = markerIn(text);
      return marker ? [[name, marker] as const] : [];
    }),
  );
}

export async function saveMarker(notes: Notes, schedule: string, marker: ScheduleMarker): Promise<void> {
  await notes.save(keeper, { name: schedule, text: JSON.stringify(marker) });
}

function markerIn(text: string): ScheduleMarker | undefined {
  try {
    return markerSchema.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}
