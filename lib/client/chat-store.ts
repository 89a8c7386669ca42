import type { ConversationList, ConversationSummary, ConversationView } from "../events/conversation-view.ts";
import type { ConversationStore } from "./conversation-store.ts";
import type { Environment } from "./environment.ts";

export interface ChatState {
  /** Newest first. */
  conversations: readonly ConversationSummary[];
  /** More can be loaded. */
  hasMore: boolean;
}

/** All that the browser holds: the list and one store for each conversation that was opened. Stores live as long as the page. */
export interface ChatStore {
  getState(): ChatState;
  subscribe(changed: () => void): () => void;
  /** The store of a conversation, made at the first call. */
  conversation(id: string): ConversationStore;
  /** An id for a conversation that does not exist yet. */
  newConversation(): string;
  loadMore(): Promise<void>;
  open(): void;
  close(): void;
}

export interface ChatStoreOptions {
  environment: Environment;
  list: ConversationList;
  /** The conversation that the server rendered; `null` view: it is new. */
  first: { id: string; view: ConversationView | null };
  onAcknowledged?(conversationId: string): void;
}
