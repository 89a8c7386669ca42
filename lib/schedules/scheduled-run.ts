import { createHash } from "node:crypto";
import { newRun } from "../runs/run-request.ts";
import type { NewRun } from "../storage/run-store.ts";
import type { Schedule } from "./define-schedule.ts";

interface DueRun {
  dueAt: number;
  /** Whose conversation it begins. */
  userId: string;
  newId(): string;
}

/**
 * The run of a schedule at a due time, in ms: a conversation of its own. Its ids are made of both, so that
 * whichever processes start it, the store has it once.
 */
export function scheduledRun(schedule: Schedule, { dueAt, userId, newId }: DueRun): NewRun {
  const { name, text, agent, model } = schedule;
  const { runId, conversationId } = scheduledIds(name, dueAt);
  return newRun(
    { runId, message: { text }, agent, ...(model !== undefined && { model }) },
    { conversationId, userId, newId },
  );
}

/** The ids that the run of the schedule at a due time has, in ms, and its conversation. */
export function scheduledIds(name: string, dueAt: number): { runId: string; conversationId: string } {
  const due = `${name} ${new Date(dueAt).toISOString()}`;
  return { runId: scheduledId(`run ${due}`), conversationId: scheduledId(`conversation ${due}`) };
}

/** A UUID of version 8 (RFC 9562): its bits are those of a hash. */
export function scheduledId(text: string): string {
  const hex = createHash("sha256").update(`rivulet schedule ${text}`).digest("hex");
  const variant = ((Number.parseInt(hex.slice(16, 17), 16) & 3) | 8).toString(16);
  const parts = [
    ...[hex.slice(0, 8), hex.slice(8, 12), `8${hex.slice(13, 16)}`],
    ...[`${variant}${hex.slice(17, 20)}`, hex.slice(20, 32)],
  ];
  return parts.join("-");
}
