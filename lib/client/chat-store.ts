import type {
  ConversationList,
  ConversationSummary,
  ConversationView,
} from "../protocol/conversation-view.ts";
import type { ConversationStore } from "./conversation-state.ts";
import { createConversationStore } from "./conversation-store.ts";
import { createDeletions, type Deleted } from "./deletions.ts";
import type { Environment } from "./environment.ts";
import { getConversations } from "./requests.ts";

export interface ChatState {
  /** Newest first. */
  conversations: readonly ConversationSummary[];
  /** More can be loaded. */
  hasMore: boolean;
  /** Deleted a moment ago: can still be had back. */
  deleted: readonly Deleted[];
  /** Conversations whose answer was finished while another one was shown. */
  unseen: ReadonlySet<string>;
  /** What the server did not do, until the next try. */
  failed?: { id: string; what: "rename" | "remove" | "restore" };
}

/**
 * All that the browser holds: the list and one store for each conversation that was opened. Stores live as
 * long as the page.
 */
export interface ChatStore {
  getState(): ChatState;
  subscribe(changed: () => void): () => void;
  /** The store of a conversation, made at the first call; whoever shows it opens and closes it. */
  conversation(id: string): ConversationStore;
  /** An id for a conversation that does not exist yet. */
  newConversation(): string;
  loadMore(): Promise<void>;
  /** Which conversation is shown: its answers count as seen. Undefined: none. */
  show(id: string | undefined): void;
  /** Gives a conversation another title: shown at once, taken back if the server refuses. */
  rename(id: string, title: string): Promise<void>;
  /** Deletes a conversation: gone at once, kept for ten seconds to be had back. */
  remove(id: string): Promise<void>;
  /** Takes a deletion back. */
  restore(id: string): Promise<void>;
  open(): void;
  close(): void;
}

export interface ChatStoreOptions {
  environment: Environment;
  list: ConversationList;
  /** The conversation that the server rendered; `null` view: it is new. */
  first: { id: string; view: ConversationView | null };
  /** Where deletions are kept, so that a reload can still take them back. */
  storage(): Storage;
  onAcknowledged?(conversationId: string): void;
}

/** The list is read again this often while the page is seen: other tabs and devices write to it too. */
const pollMs = 10_000;
/** And this often while an answer is being written that is not shown. */
const busyPollMs = 2_000;

export function createChatStore(options: ChatStoreOptions): ChatStore {
  const { environment, first } = options;
  const listeners = new Set<() => void>();
  const stores = new Map<string, ConversationStore>();
  const fresh = new Set(first.view === null ? [first.id] : []);
  /** Titles that the server has not confirmed yet. */
  const renamed = new Map<string, string>();
  const deletions = createDeletions({ storage: options.storage, onChange: () => publish() });
  let opened: AbortController | undefined;
  let cursor = options.list.nextCursor;
  let listed = options.list.conversations;
  let unseen: ReadonlySet<string> = new Set();
  let failed: ChatState["failed"];
  let shown: string | undefined;
  let state = read();

  function read(): ChatState {
    const { deleted } = deletions;
    const gone = new Set(deleted.map(({ id }) => id));
    const conversations = listed
      .filter(({ id }) => !gone.has(id))
      .map((each) => ({ ...each, title: renamed.get(each.id) ?? each.title }));
    return { conversations, hasMore: cursor !== undefined, deleted, unseen, ...(failed && { failed }) };
  }

  function publish(): void {
    const next = read();
    if (sameState(state, next)) return;
    state = next;
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
    const older = answered.value.nextCursor === undefined ? [] : listed;
    noteFinished(newest);
    listed = [...newest, ...older.filter(({ id, updatedAt }) => !ids.has(id) && updatedAt <= oldest)];
    publish();
  }

  /** An answer that ended behind the reader's back is new until it is shown. */
  function noteFinished(newest: readonly ConversationSummary[]): void {
    const running = new Set(listed.filter(({ activeRunId }) => activeRunId).map(({ id }) => id));
    const over = newest.filter(({ id, activeRunId }) => !activeRunId && running.has(id) && id !== shown);
    if (over.length > 0) unseen = new Set([...unseen, ...over.map(({ id }) => id)]);
  }

  async function loadMore(): Promise<void> {
    if (!opened || cursor === undefined) return;
    const answered = await getConversations(environment, cursor);
    if (!("value" in answered)) return;
    cursor = answered.value.nextCursor;
    const ids = new Set(listed.map(({ id }) => id));
    listed = [...listed, ...answered.value.conversations.filter(({ id }) => !ids.has(id))];
    publish();
  }

  function show(id: string | undefined): void {
    shown = id;
    if (id === undefined || !unseen.has(id)) return;
    unseen = new Set([...unseen].filter((each) => each !== id));
    publish();
  }

  async function rename(id: string, title: string): Promise<void> {
    failed = undefined;
    renamed.set(id, title);
    publish();
    const done = await ask("PATCH", `/api/conversations/${id}`, { title });
    if (done) await Promise.all([refresh(), stores.get(id)?.refresh()]);
    if (renamed.get(id) === title) renamed.delete(id);
    if (!done) failed = { id, what: "rename" };
    publish();
  }

  async function remove(id: string): Promise<void> {
    const summary = state.conversations.find((each) => each.id === id);
    if (!summary) return;
    failed = undefined;
    deletions.add(summary);
    if (!(await ask("DELETE", `/api/conversations/${id}`))) {
      deletions.drop(id);
      failed = { id, what: "remove" };
    }
    await refresh();
    publish();
  }

  async function restore(id: string): Promise<void> {
    failed = undefined;
    if (await ask("POST", `/api/conversations/${id}/restore`)) {
      await refresh();
      deletions.drop(id);
      void stores.get(id)?.refresh();
    } else failed = { id, what: "restore" };
    publish();
  }

  async function ask(method: string, url: string, body?: unknown): Promise<boolean> {
    const sent = { headers: { "content-type": "application/json" }, body: JSON.stringify(body) };
    try {
      return (await environment.fetch(url, { method, ...(body !== undefined && sent) })).ok;
    } catch {
      return false;
    }
  }

  /** What could not be sent for lack of a connection goes out now, shown or not. */
  function sendQueued(): void {
    for (const store of stores.values())
      if (store.getState().turns.at(-1)?.pending?.problem?.code === "no_connection") store.resend();
  }

  function open(): void {
    if (opened) return;
    opened = new AbortController();
    const { signal } = opened;
    environment.onPresence((presence) => {
      if (presence === "online") sendQueued();
      if (presence !== "hidden" && presence !== "offline") void refresh();
    }, signal);
    let polledAt = environment.now();
    const poll = setInterval(() => {
      const isBusy = listed.some(({ id, activeRunId }) => activeRunId !== undefined && id !== shown);
      if (!environment.isVisible() || (!isBusy && environment.now() - polledAt < pollMs)) return;
      polledAt = environment.now();
      void refresh();
    }, busyPollMs);
    signal.addEventListener("abort", () => clearInterval(poll), { once: true });
    deletions.open(signal);
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
    ...{ conversation, newConversation, loadMore, show, rename, remove, restore, open, close },
  };
}

const sameState = (one: ChatState, other: ChatState): boolean =>
  one.unseen === other.unseen &&
  one.deleted === other.deleted &&
  one.failed === other.failed &&
  one.hasMore === other.hasMore &&
  JSON.stringify(one.conversations) === JSON.stringify(other.conversations);
