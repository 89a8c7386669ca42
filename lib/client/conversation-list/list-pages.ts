import type { ConversationList, ConversationSummary } from "../../protocol/conversation-view.ts";
import { changeDeletions } from "./deletions.ts";
import type { ListActionOf } from "./list-action.ts";
import { type ListStep, listStep } from "./list-effect.ts";
import type { ListState } from "./list-state.ts";

/** The newest page again. */
export function refreshList(state: ListState): ListStep {
  if (!state.isOpen) return listStep(state);
  const request = state.requested + 1;
  return listStep({ ...state, requested: request }, { type: "get-list", request });
}

/**
 * The newest page takes its place before the older ones that were loaded. An answer that a newer one has
 * overtaken is dropped.
 */
export function applyList(state: ListState, { request, list, at }: ListActionOf<"list-arrived">): ListStep {
  if (request <= state.answered) return listStep(state);
  const { conversations: newest, nextCursor } = list;
  const ids = new Set(newest.map(({ id }) => id));
  const oldest = newest.at(-1)?.updatedAt ?? 0;
  const older = nextCursor === undefined ? [] : state.listed;
  const next: ListState = {
    ...state,
    answered: request,
    listed: [...newest, ...older.filter(({ id, updatedAt }) => !ids.has(id) && updatedAt <= oldest)],
    unseen: unseenAfter(state, newest),
    renames: state.renames.filter(({ storedBefore = Infinity }) => storedBefore > request),
  };
  const deleted = state.deleted.filter(({ restoredBefore = Infinity }) => restoredBefore > request);
  return deleted.length < state.deleted.length ? changeDeletions(next, deleted, at) : listStep(next);
}

/** An answer that ended while another conversation was shown is new until it is shown. */
function unseenAfter(
  { listed, unseen, shownId }: ListState,
  newest: readonly ConversationSummary[],
): ListState["unseen"] {
  const running = new Set(listed.filter(({ activeRunId }) => activeRunId).map(({ id }) => id));
  const ended = newest.filter(({ id, activeRunId }) => !activeRunId && running.has(id) && id !== shownId);
  return ended.length > 0 ? new Set([...unseen, ...ended.map(({ id }) => id)]) : unseen;
}

export function addOlder(state: ListState, { conversations, nextCursor }: ConversationList): ListState {
  const ids = new Set(state.listed.map(({ id }) => id));
  return {
    ...state,
    cursor: nextCursor,
    listed: [...state.listed, ...conversations.filter(({ id }) => !ids.has(id))],
  };
}
