import type { ConversationSummary } from "../../protocol/conversation-view.ts";
import type { DeletedConversation } from "./kept-deletions.ts";
import type { ListChange } from "./list-change.ts";
import { type ListState, shownConversations } from "./list-state.ts";

/** Everything the page shows of the list. */
export interface ShownList {
  /** Newest first. */
  conversations: readonly ConversationSummary[];
  /** There are older ones to load. */
  hasMore: boolean;
  /** Deleted, and can still be restored. */
  deleted: readonly DeletedConversation[];
  /** Conversations whose answer was finished while another one was shown. */
  unseen: ReadonlySet<string>;
  /** The last change, if the server refused it. */
  failed?: ListChange;
}

/** The list as it is shown: `before` if nothing of it has changed. */
export function showList(state: ListState, before: ShownList | undefined): ShownList {
  const { cursor, deleted, unseen, failed } = state;
  const conversations = shownConversations(state);
  const hasMore = cursor !== undefined;
  const isSame =
    before?.unseen === unseen &&
    before.deleted === deleted &&
    before.failed === failed &&
    before.hasMore === hasMore &&
    JSON.stringify(before.conversations) === JSON.stringify(conversations);
  return isSame ? before : { conversations, hasMore, deleted, unseen, ...(failed && { failed }) };
}
