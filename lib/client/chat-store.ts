import type { ConversationList, ConversationSummary, ConversationView } from "../events/conversation-view.ts";
import type { ConversationStore } from "./conversation-state.ts";
import { createConversationStore } from "./conversation-store.ts";
import type { Environment } from "./environment.ts";
import { getConversations } from "./requests.ts";

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
  /** The store of a conversation, made at the first call; whoever shows it opens and closes it. */
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

/** The list is read again this often while the page is seen: other tabs and devices write to it too. */
const pollMs = 10_000;

export function createChatStore(options: ChatStoreOptions): ChatStore {
  const { environment, first } = options;
  const listeners = new Set<() => void>();
  const stores = new Map<string, ConversationStore>();
  const fresh = new Set(first.view === null ? [first.id] : []);
  let opened: AbortController | undefined;
  let cursor = options.list.nextCursor;
  let state: ChatState = { conversations: options.list.conversations, hasMore: cursor !== undefined };

  function publish(conversations: readonly ConversationSummary[]): void {
    const same = JSON.stringify(conversations) === JSON.stringify(state.conversations);
    if (same && state.hasMore === (cursor !== undefined)) return;
    state = { conversations, hasMore: cursor !== undefined };
    for (const changed of listeners) changed();
  }

  function conversation(id: string): ConversationStore {
    const known = stores.get(id);
    if (known) return known;
    const store = createConversationStore({
      environment,
      id,
      ...(id === first.id ? { view: first.view } : fresh.has(id) && { view: null }),
      onAcknowledged() {
        options.onAcknowledged?.(id);
        void refresh();
      },
      onListChange: () => void refresh(),
    });
    stores.set(id, store);
    return store;
  }

  function newConversation(): string {
    const id = environment.newId();
    fresh.add(id);
    return id;
  }

  /** The newest page again; the older ones that were loaded stay as they are. */
  async function refresh(): Promise<void> {
    if (!opened) return;
    const answered = await getConversations(environment);
    if (!("value" in answered)) return;
    const newest = answered.value.conversations;
    const ids = new Set(newest.map(({ id }) => id));
    const oldest = newest.at(-1)?.updatedAt ?? 0;
    const older = answered.value.nextCursor === undefined ? [] : state.conversations;
    publish([...newest, ...older.filter(({ id, updatedAt }) => !ids.has(id) && updatedAt <= oldest)]);
  }

  async function loadMore(): Promise<void> {
    if (!opened || cursor === undefined) return;
    const answered = await getConversations(environment, cursor);
    if (!("value" in answered)) return;
    cursor = answered.value.nextCursor;
    const ids = new Set(state.conversations.map(({ id }) => id));
    publish([...state.conversations, ...answered.value.conversations.filter(({ id }) => !ids.has(id))]);
  }

  function open(): void {
    if (opened) return;
    opened = new AbortController();
    const { signal } = opened;
    environment.onPresence(
      (presence) => presence !== "hidden" && presence !== "offline" && void refresh(),
      signal,
    );
    const poll = setInterval(() => environment.isVisible() && void refresh(), pollMs);
    signal.addEventListener("abort", () => clearInterval(poll), { once: true });
  }

  function close(): void {
    for (const store of stores.values()) store.close();
    opened?.abort();
    opened = undefined;
  }

  return {
    getState: () => state,
    subscribe(changed) {
      listeners.add(changed);
      return () => void listeners.delete(changed);
    },
    conversation,
    newConversation,
    loadMore,
    open,
    close,
  };
}
