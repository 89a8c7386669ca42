import type { DeletedConversation } from "./kept-deletions.ts";
import { type ListEffect, type ListStep, listStep } from "./list-effect.ts";
import type { ListState } from "./list-state.ts";

/** Keeps what can still be restored at `at`, browser ms, and looks again when the next one cannot. */
export function changeDeletions(
  state: ListState,
  changed: readonly DeletedConversation[],
  at: number,
): ListStep {
  const deleted = changed.filter(({ until }) => until > at);
  const soonest = Math.min(...deleted.map(({ until }) => until));
  const timer: ListEffect =
    deleted.length > 0
      ? { type: "set-timer", timer: "undo", ms: soonest - at + 1 }
      : { type: "clear-timer", timer: "undo" };
  return listStep({ ...state, deleted }, timer, { type: "keep-deletions", deleted });
}

export const expireDeletions = (state: ListState, at: number): ListStep =>
  changeDeletions(state, state.deleted, at);
