import { useCallback, useSyncExternalStore } from "react";
import { useChat } from "./chat-provider.tsx";

/** The title that the list shows of a conversation; undefined: it is not there. */
export function useListedTitle(id: string): string | undefined {
  const { chat } = useChat();
  const read = useCallback(
    () => chat.getState().conversations.find((each) => each.id === id)?.title,
    [chat, id],
  );
  return useSyncExternalStore(chat.subscribe, read, read);
}
