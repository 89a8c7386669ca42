import type { ConversationList, ConversationSummary } from "../../protocol/conversation-view.ts";
import type { DeletedConversation } from "./kept-deletions.ts";

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
  renames: readonly Rename[];
  deleted: readonly DeletedConversation[];
  /** What the server did not do, until the next attempt. */
  failed: FailedChange | undefined;
  /** How often the poll timer has fired since the list was asked for by it. */
  ticks: number;
  /** How often the newest page was asked for, and the newest of these requests that was answered. */
  requested: number;
  answered: number;
}

/** A title that is shown before the list has it. */
export interface Rename {
  id: string;
  title: string;
  /**
   * The first request for the list that was made after the server had it; undefined: it may not have it yet.
   */
  storedBefore: number | undefined;
}

export interface FailedChange {
  id: string;
  what: "rename" | "remove" | "restore";
}

/** The newest page of the list, as the server rendered it. */
export const initialList = ({ conversations, nextCursor }: ConversationList): ListState => ({
  isOpen: false,
  isVisible: true,
  listed: conversations,
  cursor: nextCursor,
  shownId: undefined,
  unseen: new Set(),
  renames: [],
  deleted: [],
  failed: undefined,
  ticks: 0,
  requested: 0,
  answered: 0,
});

/** The conversations as they are shown: without the deleted ones, by their newest titles. */
export function shownConversations({ listed, deleted, renames }: ListState): ConversationSummary[] {
  const gone = new Set(deleted.map(({ id }) => id));
  const titles = new Map(renames.map(({ id, title }) => [id, title]));
  return listed
    .filter(({ id }) => !gone.has(id))
    .map((each) => ({ ...each, title: titles.get(each.id) ?? each.title }));
}
