import { useSyncExternalStore } from "react";

/** As in the style sheets: a phone has no room for two things side by side. */
const narrow = "(max-width: 767px)";

function watch(changed: () => void): () => void {
  const query = matchMedia(narrow);
  query.addEventListener("change", changed);
  return () => query.removeEventListener("change", changed);
}

/** The page is as narrow as a phone's; false on the server. */
export const useIsNarrow = (): boolean =>
  useSyncExternalStore(
    watch,
    () => matchMedia(narrow).matches,
    () => false,
  );
