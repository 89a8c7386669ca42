import { usePathname } from "next/navigation";
import { useSyncExternalStore } from "react";
import { onNavigate } from "./navigate.ts";

/**
 * The path of the address, at once. Next tells of it too, but in a transition: on a busy machine that comes
 * after the next keys and clicks, and after a reload, for an older entry of the history, perhaps never.
 */
export function usePath(): string {
  const known = usePathname();
  return useSyncExternalStore(
    watchPath,
    () => location.pathname,
    () => known,
  );
}

function watchPath(changed: () => void): () => void {
  const unsubscribe = onNavigate(changed);
  window.addEventListener("popstate", changed);
  return () => {
    unsubscribe();
    window.removeEventListener("popstate", changed);
  };
}
