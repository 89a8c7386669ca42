import type { ReactNode } from "react";
import { ChatHolder } from "#components/conversation/chat-holder.tsx";

/** Stays when the pages below are exchanged: the browser's stores live here. */
export default function Layout({ children }: { children: ReactNode }) {
  return <ChatHolder>{children}</ChatHolder>;
}
