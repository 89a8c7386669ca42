import type { ScheduleListing } from "../protocol/schedule-listing.ts";
import type { NoteStore } from "../storage/note-store.ts";
import type { RunStore } from "../storage/run-store.ts";
import type { Schedule } from "./define-schedule.ts";
import { dueAfter } from "./due-times.ts";
import { readMarkers } from "./schedule-marker.ts";
import { scheduledIds } from "./scheduled-run.ts";

interface ScheduleStore {
  notes: Pick<NoteStore, "list" | "save">;
  runs: Pick<RunStore, "run">;
}

interface ScheduleReader {
  /** Who asks: the conversations of others are not named. */
  userId: string;
  /** ms */
  now: number;
}

/** The schedules as everybody may know them; what they ask is not among it. */
export async function listSchedules(
  schedules: readonly Schedule[],
  store: ScheduleStore,
  { userId, now }: ScheduleReader,
): Promise<ScheduleListing[]> {
  if (schedules.length === 0) return [];
  const markers = await readMarkers(store.notes);
  return Promise.all(
    schedules.map(async (schedule) => {
      const { name, description, cron, timeZone, agent } = schedule;
      const nextAt = dueAfter(schedule, now);
      const { lastAt, missed } = markers.get(name) ?? {};
      const lastConversationId =
        lastAt === undefined ? undefined : await ownConversation(store, userId, scheduledIds(name, lastAt));
      return {
        ...{ name, cron, timeZone, agent },
        ...(description !== undefined && { description }),
        ...(nextAt !== undefined && { nextAt }),
        ...(lastAt !== undefined && { lastAt }),
        ...(lastConversationId !== undefined && { lastConversationId }),
        ...(missed && { missed }),
      };
    }),
  );
}

async function ownConversation(
  { runs }: Pick<ScheduleStore, "runs">,
  userId: string,
  { runId, conversationId }: ReturnType<typeof scheduledIds>,
): Promise<string | undefined> {
  const run = await runs.run(runId);
  return run?.userId === userId && !run.deleted ? conversationId : undefined;
}
