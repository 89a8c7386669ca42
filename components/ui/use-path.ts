import { usePathname } from "next/navigation";
import { useSyncExternalStore } from "react";

/**
 * The path of the address. Next tells of what is pushed, the browser of Back and Forward: after a reload Next
 * restores the tree of an older entry in a transition that may never end, and would leave the page at another
 * address.
 */
export function usePath(): string {
  const known = usePathname();
  return useSyncExternalStore(
    watch,
    () => location.pathname,
    () => known,
  );
}

function watch(changed: () => void): () => void {
  window.addEventListener("popstate", changed);
  return () => window.removeEventListener("popstate", changed);
}
