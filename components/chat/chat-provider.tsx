"use client";

import { createContext, type ReactElement, type ReactNode, use, useState } from "react";
import { type ChatStore, type ChatStoreOptions, createChatStore } from "#lib/client/chat-store.ts";
import { createDrafts, type Drafts } from "#lib/client/drafts.ts";
import { browserEnvironment } from "#lib/client/environment.ts";

/** What lives as long as the page, whatever Next does with the pages below: a refresh may mount them anew. */
export interface ChatContextValue {
  chat: ChatStore;
  drafts: Drafts;
  /** The conversation that `/` shows. */
  newId: string | undefined;
  /** Tells when the server has a question, with its conversation's id; returns how to stop. */
  onAcknowledged(told: (conversationId: string) => void): () => void;
}

const ChatContext = createContext<{ value?: ChatContextValue } | null>(null);

export function ChatProvider({ children }: { children: ReactNode }): ReactElement {
  const [cell] = useState({});
  return <ChatContext value={cell}>{children}</ChatContext>;
}

/** The page's stores, made from what the server rendered at the first call. */
export function useChat({ list, first }: Pick<ChatStoreOptions, "list" | "first">): ChatContextValue {
  const cell = use(ChatContext);
  if (!cell) throw new Error("no ChatProvider around this component");
  cell.value ??= createChatValue({ list, first });
  return cell.value;
}

function createChatValue(options: Pick<ChatStoreOptions, "list" | "first">): ChatContextValue {
  const listeners = new Set<(conversationId: string) => void>();
  return {
    chat: createChatStore({
      ...options,
      environment: browserEnvironment(),
      storage: () => window.localStorage,
      onAcknowledged: (conversationId) => listeners.forEach((told) => told(conversationId)),
    }),
    drafts: createDrafts(() => window.localStorage),
    newId: options.first.view === null ? options.first.id : undefined,
    onAcknowledged(told) {
      listeners.add(told);
      return () => void listeners.delete(told);
    },
  };
}
