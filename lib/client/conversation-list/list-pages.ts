import type { ConversationList, ConversationSummary } from "../../protocol/conversation-view.ts";
import type { ListState } from "./list-state.ts";

/** Replaces the newest page; the older ones that were loaded stay. */
export function addNewest(
  state: ListState,
  { conversations: newest, nextCursor }: ConversationList,
): ListState {
  const oldest = newest.at(-1)?.updatedAt ?? 0;
  const older = nextCursor === undefined ? [] : without(state.listed, newest);
  return {
    ...state,
    listed: [...newest, ...older.filter(({ updatedAt }) => updatedAt <= oldest)],
    unseen: unseenAfter(state, newest),
  };
}

export const addOlder = (state: ListState, { conversations, nextCursor }: ConversationList): ListState => ({
  ...state,
  cursor: nextCursor,
  listed: [...state.listed, ...without(conversations, state.listed)],
});

const without = (
  some: readonly ConversationSummary[],
  others: readonly ConversationSummary[],
): ConversationSummary[] => {
  const ids = new Set(others.map(({ id }) => id));
  return some.filter(({ id }) => !ids.has(id));
};

/** An answer that ended while another conversation was shown is unseen. */
function unseenAfter(
  { listed, unseen, shownId }: ListState,
  newest: readonly ConversationSummary[],
): ListState["unseen"] {
  const running = new Set(listed.filter(({ activeRunId }) => activeRunId).map(({ id }) => id));
  const ended = newest.filter(({ id, activeRunId }) => !activeRunId && running.has(id) && id !== shownId);
  return ended.length > 0 ? new Set([...unseen, ...ended.map(({ id }) => id)]) : unseen;
}
