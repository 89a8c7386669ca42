import type { ReactNode } from "react";
import { ChatProvider } from "#components/providers/chat-provider.tsx";

/** Stays when the pages below are exchanged: the browser's stores live here. */
export default function Layout({ children }: { children: ReactNode }) {
  return <ChatProvider>{children}</ChatProvider>;
}
