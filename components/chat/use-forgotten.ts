import { useEffect } from "react";
import { useChat } from "../providers/chat-provider.tsx";
import { forgetInTab } from "../settings/forget-written.ts";

/** What another page of this browser has had forgotten, by a log-out, is kept in this one neither. */
export function useForgotten(): void {
  const { drafts } = useChat();
  useEffect(() => {
    const unsubscribe = drafts.onForgotten(() => forgetInTab(() => window.sessionStorage));
    const over = new AbortController();
    const { signal } = over;
    drafts.heed();
    window.addEventListener("storage", drafts.heed, { signal });
    // A page that was left, and is gone back to, has missed it.
    window.addEventListener("pageshow", drafts.heed, { signal });
    return () => {
      unsubscribe();
      over.abort();
    };
  }, [drafts]);
}
