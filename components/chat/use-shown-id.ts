import { useState } from "react";
import type { ChatStore } from "#lib/client/chat-store.ts";
import { usePath } from "../ui/use-path.ts";

/** The conversation that the address names; at `/` it is a new one. */
export function useShownId(chat: ChatStore): { id: string; isNew: boolean } {
  const pathname = usePath();
  const [shown, setShown] = useState(() => ({ pathname, id: idOf(chat, pathname) }));
  if (shown.pathname === pathname) return { id: shown.id, isNew: pathname === "/" };
  const next = { pathname, id: idOf(chat, pathname) };
  setShown(next);
  return { id: next.id, isNew: pathname === "/" };
}

const idOf = (chat: ChatStore, pathname: string): string =>
  /^\/c\/([^/]+)/.exec(pathname)?.[1] ?? chat.newConversation();
