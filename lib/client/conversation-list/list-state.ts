import type { ConversationList, ConversationSummary } from "../../protocol/conversation-view.ts";
import type { DeletedConversation } from "./kept-deletions.ts";
import type { ListChange } from "./list-change.ts";

/**
 * The list of conversations as this browser knows it: a plain value, which only `listTransition` replaces.
 */
export interface ListState {
  isOpen: boolean;
  isVisible: boolean;
  /** As the server listed them: newest first. */
  listed: readonly ConversationSummary[];
  /** The cursor of the next page; undefined: all were loaded. */
  cursor: string | undefined;
  shownId: string | undefined;
  /** Conversations whose answer was finished while another one was shown. */
  unseen: ReadonlySet<string>;
  /** Titles that the server has not confirmed yet, by id. */
  renamed: ReadonlyMap<string, string>;
  deleted: readonly DeletedConversation[];
  /** The last change, if the server refused it. */
  failed: ListChange | undefined;
  /** How often the poll timer has fired since the list was last read by it. */
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

/** The conversations without the deleted ones, and with their new titles. */
export const shownConversations = ({ listed, deleted, renamed }: ListState): ConversationSummary[] =>
  listed
    .filter((each) => !deleted.some(({ id }) => id === each.id))
    .map((each) => ({ ...each, title: renamed.get(each.id) ?? each.title }));
