"use client";

import { createContext, type ReactElement, type ReactNode, use, useState } from "react";
import { type BackgroundRuns, createBackgroundRuns } from "#lib/client/background-runs.ts";
import { browserTab } from "#lib/client/browser-tab.ts";
import { type ChatStore, type ChatStoreOptions, createChatStore } from "#lib/client/chat-store.ts";
import { createDrafts, type Drafts } from "#lib/client/drafts.ts";
import { browserEnvironment, type ClientEnvironment } from "#lib/client/environment.ts";
import { readTabStorage } from "#lib/client/read-tab-storage.ts";
import { hasRun } from "#lib/client/requests.ts";
import { steeringKey } from "#lib/client/steering/steering-key.ts";

/** What lives as long as the page, whatever Next does with the pages below: a refresh may mount them anew. */
interface ChatContextValue {
  chat: ChatStore;
  background: BackgroundRuns;
  drafts: Drafts;
  environment: ClientEnvironment;
  /** Of a message, in characters; the server says it. */
  maxMessageLength: number;
}

type InitialChat = Pick<ChatStoreOptions, "list" | "first"> & Pick<ChatContextValue, "maxMessageLength">;

const ChatContext = createContext<{ current?: ChatContextValue } | null>(null);

export function ChatProvider({ children }: { children: ReactNode }): ReactElement {
  const [holder] = useState({});
  return <ChatContext value={holder}>{children}</ChatContext>;
}

/** The page's chat, made at the first call from what the server rendered. */
export function useInitialChat(initial: InitialChat): ChatContextValue {
  const holder = use(ChatContext);
  if (!holder) throw new Error("no provider");
  return (holder.current ??= createChat(initial));
}

function createChat({ maxMessageLength, ...initial }: InitialChat): ChatContextValue {
  const environment = browserEnvironment();
  const storage = () => window.localStorage;
  return {
    ...{ environment, maxMessageLength },
    background: createBackgroundRuns(),
    chat: createChatStore({ ...initial, environment, storage }),
    drafts: createDrafts(
      storage,
      browserTab,
      (runId) => hasRun(environment, runId),
      (id, runId) => readTabStorage(steeringKey(id)).includes(runId),
    ),
  };
}

/** The page's chat, in everything that the component with `useInitialChat` renders. */
export function useChat(): ChatContextValue {
  const chat = use(ChatContext)?.current;
  if (!chat) throw new Error("no provider");
  return chat;
}
