import type { ConversationList, ConversationSummary } from "../../protocol/conversation-view.ts";
import type { DeletedConversation } from "./kept-deletions.ts";
import type { ListChange } from "./list-change.ts";

/**
 * All that is known here of the list of conversations: a plain value, which `listTransition` alone replaces.
 */
export interface ListState {
  isOpen: boolean;
  isVisible: boolean;
  /** As the server listed them: newest first. */
  listed: readonly ConversationSummary[];
  /** Leads to the older ones; undefined: all are here. */
  cursor: string | undefined;
  shownId: string | undefined;
  /** Conversations whose answer was finished while another one was shown. */
  unseen: ReadonlySet<string>;
  /** Titles that the server has not confirmed yet, by id. */
  renamed: ReadonlyMap<string, string>;
  deleted: readonly DeletedConversation[];
  /** What the server did not do, until the next attempt. */
  failed: ListChange | undefined;
  /** How often the poll timer has fired since it had the list read. */
  ticks: number;
}

/** The newest page of the list, as the server rendered it. */
export const initialList = ({ conversations, nextCursor }: ConversationList): ListState => ({
  isOpen: false,
  isVisible: true,
  listed: conversations,
  cursor: nextCursor,
  shownId: undefined,
  unseen: new Set(),
  renamed: new Map(),
  deleted: [],
  failed: undefined,
  ticks: 0,
});

/** The conversations as they are shown: without the deleted ones, by their newest titles. */
export const shownConversations = ({ listed, deleted, renamed }: ListState): ConversationSummary[] =>
  listed
    .filter((each) => !deleted.some(({ id }) => id === each.id))
    .map((each) => ({ ...each, title: renamed.get(each.id) ?? each.title }));
