import type { ConversationList, ConversationView } from "../protocol/conversation-view.ts";
import { createLiveConversation, type LiveConversation } from "./conversation/live-conversation.ts";
import { sendProblem } from "./conversation/pending-message.ts";
import type { Turn } from "./conversation/turns.ts";
import { readDeletions } from "./conversation-list/kept-deletions.ts";
import type { ListChange } from "./conversation-list/list-change.ts";
import { createListDriver } from "./conversation-list/list-driver.ts";
import { initialList, type ListState } from "./conversation-list/list-state.ts";
import { listTransition } from "./conversation-list/list-transition.ts";
import { type ShownList, showList } from "./conversation-list/shown-list.ts";
import type { ClientEnvironment } from "./environment.ts";
import { createPacedView } from "./paced-view.ts";
import { createStore } from "./store.ts";

/**
 * The state of the chat in this browser: the list, and each conversation that was opened, for as long as the
 * page lives.
 */
export interface ChatStore {
  getState(): ShownList;
  subscribe(changed: () => void): () => void;
  /** A conversation, created at the first call; whoever shows it opens and closes it. */
  conversation(id: string): LiveConversation;
  /** The id of a new conversation: the same until something was sent in it. */
  newConversation(): string;
  /** The newest id that `newConversation` gave. */
  newId(): string | undefined;
  /**
   * Calls `acknowledged` when a question is durable on the server. Returns the function that unsubscribes.
   */
  onAcknowledged(acknowledged: (conversationId: string, runId: string) => void): () => void;
  loadMore(): void;
  /** Reads the newest page of the list anew. */
  refresh(): void;
  /** Which conversation is shown: its answers count as seen. Undefined: none. */
  show(id: string | undefined): void;
  /** Gives a conversation another title: shown at once, undone if the server refuses. */
  rename(id: string, title: string): void;
  /** Deletes a conversation: gone at once, kept for ten seconds to be restored. */
  remove(id: string): void;
  restore(id: string): void;
  open(): void;
  close(): void;
}

export interface ChatStoreOptions {
  environment: ClientEnvironment;
  list: ConversationList;
  /** The conversation that the server rendered; `null` view: it is new. */
  first: { id: string; view: ConversationView | null };
  /** Where deletions are stored, so that they can be undone after a reload, and choices between answers. */
  storage(): Storage;
}

export function createChatStore(options: ChatStoreOptions): ChatStore {
  const { environment, storage } = options;
  const conversations = createLiveConversations(options, () => dispatch({ type: "refresh-requested" }));
  const machine = createStore(listTransition, initialList(options.list), (effect) => run(effect));
  const { dispatch } = machine;
  const run = createListDriver({ environment, storage, ...conversations }, dispatch);
  const view = createPacedView<ListState, ShownList>({
    read: machine.getState,
    show: showList,
    frame: environment.frame,
  });
  machine.subscribe(view.publish);
  const change = (change: ListChange) => dispatch({ type: "change-requested", change, at: Date.now() });
  return {
    getState: view.getState,
    subscribe: view.subscribe,
    conversation: conversations.conversation,
    newConversation: conversations.newConversation,
    newId: conversations.newId,
    onAcknowledged: conversations.onAcknowledged,
    loadMore: () => dispatch({ type: "more-requested" }),
    refresh: () => dispatch({ type: "refresh-requested" }),
    show: (id) => dispatch({ type: "shown", id }),
    rename: (id, title) => change({ what: "rename", id, title }),
    remove: (id) => change({ what: "remove", id }),
    restore: (id) => change({ what: "restore", id }),
    open: () =>
      dispatch({
        type: "opened",
        isVisible: environment.isVisible(),
        kept: readDeletions(storage),
        at: Date.now(),
      }),
    close: () => dispatch({ type: "closed" }),
  };
}

/** The conversations that were opened, by id. `onChange`: the entry of one in the list has changed. */
function createLiveConversations({ environment, first, storage }: ChatStoreOptions, onChange: () => void) {
  const byId = new Map<string, LiveConversation>();
  const listeners = new Set<(conversationId: string, runId: string) => void>();
  const created = new Set(first.view === null ? [first.id] : []);
  let newId = first.view === null ? first.id : undefined;

  function conversation(id: string): LiveConversation {
    const known = byId.get(id);
    if (known) return known;
    const made = createLiveConversation({
      environment,
      id,
      storage,
      ...(id === first.id ? { view: first.view } : created.has(id) && { view: null }),
      onAcknowledged(runId) {
        for (const acknowledged of listeners) acknowledged(id, runId);
        onChange();
      },
      onListChange: onChange,
    });
    byId.set(id, made);
    return made;
  }

  function newConversation(): string {
    const isUnsent = ({ pending }: Turn) => pending?.state === "not-sent";
    if (newId !== undefined && conversation(newId).getState().turns.every(isUnsent)) return newId;
    newId = environment.newId();
    created.add(newId);
    return newId;
  }

  return {
    conversation,
    newConversation,
    newId: () => newId,
    onAcknowledged(acknowledged: (conversationId: string, runId: string) => void) {
      listeners.add(acknowledged);
      return () => void listeners.delete(acknowledged);
    },
    refreshConversation: (id: string) => byId.get(id)?.refresh(),
    resendUnconnected() {
      for (const each of byId.values())
        if (sendProblem(each.getState().turns.at(-1)?.pending)?.code === "no_connection") each.resend();
    },
    closeConversations: () => byId.forEach((each) => each.close()),
  };
}
