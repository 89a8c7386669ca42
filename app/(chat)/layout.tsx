import type { ReactNode } from "react";
import { ChatProvider } from "#components/providers/chat-provider.tsx";

/** Stays mounted while the pages below change: it holds the browser's stores. */
export default function Layout({ children }: { children: ReactNode }) {
  return <ChatProvider>{children}</ChatProvider>;
}
