import { useState } from "react";
import { usePath } from "../ui/use-path.ts";
import type { ChatContextValue } from "./chat-provider.tsx";

/** The conversation that the address names; `/` is one that has not been begun. */
export function useShownId(held: ChatContextValue): { id: string; isNew: boolean } {
  const pathname = usePath();
  const [shown, setShown] = useState(() => ({ pathname, id: idOf(held, pathname) }));
  if (shown.pathname === pathname) return { id: shown.id, isNew: pathname === "/" };
  const next = { pathname, id: idOf(held, pathname) };
  setShown(next);
  return { id: next.id, isNew: pathname === "/" };
}

function idOf(held: ChatContextValue, pathname: string): string {
  const [, named] = /^\/c\/([^/]+)/.exec(pathname) ?? [];
  if (named !== undefined) return named;
  const { newId, chat } = held;
  const isUnused = newId !== undefined && chat.conversation(newId).getState().turns.length === 0;
  return (held.newId = isUnused ? newId : chat.newConversation());
}
