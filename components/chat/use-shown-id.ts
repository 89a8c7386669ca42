import { useState } from "react";
import { usePath } from "../ui/use-path.ts";
import type { ChatContextValue } from "./chat-provider.tsx";

/** The conversation that the address names; `/` is one that has not been begun. */
export function useShownId(context: ChatContextValue): { id: string; isNew: boolean } {
  const pathname = usePath();
  const [shown, setShown] = useState(() => ({ pathname, id: idOf(context, pathname) }));
  if (shown.pathname === pathname) return { id: shown.id, isNew: pathname === "/" };
  const next = { pathname, id: idOf(context, pathname) };
  setShown(next);
  return { id: next.id, isNew: pathname === "/" };
}

function idOf(context: ChatContextValue, pathname: string): string {
  const [, named] = /^\/c\/([^/]+)/.exec(pathname) ?? [];
  if (named !== undefined) return named;
  const { newId, chat } = context;
  const isUnused = newId !== undefined && chat.conversation(newId).getState().turns.length === 0;
  return (context.newId = isUnused ? newId : chat.newConversation());
}
