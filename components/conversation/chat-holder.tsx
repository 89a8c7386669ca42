"use client";

import { createContext, type ReactElement, type ReactNode, use, useState } from "react";
import { type ChatStore, type ChatStoreOptions, createChatStore } from "#lib/client/chat-store.ts";
import { createDrafts, type Drafts } from "#lib/client/drafts.ts";
import { browserEnvironment } from "#lib/client/environment.ts";

/** What lives as long as the page, whatever Next does with the pages below: a refresh may mount them anew. */
export interface Held {
  chat: ChatStore;
  drafts: Drafts;
  /** The conversation that `/` shows. */
  newId: string | undefined;
  /** Tells when the server has a question, with its conversation's id; returns how to stop. */
  onAcknowledged(told: (conversationId: string) => void): () => void;
}

const HolderContext = createContext<{ held?: Held } | null>(null);

export function ChatHolder({ children }: { children: ReactNode }): ReactElement {
  const [holder] = useState({});
  return <HolderContext value={holder}>{children}</HolderContext>;
}

/** The page's stores, made from what the server rendered at the first call. */
export function useHeld({ list, first }: Pick<ChatStoreOptions, "list" | "first">): Held {
  const holder = use(HolderContext);
  if (!holder) throw new Error("no ChatHolder around this component");
  holder.held ??= hold({ list, first });
  return holder.held;
}

function hold(options: Pick<ChatStoreOptions, "list" | "first">): Held {
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
