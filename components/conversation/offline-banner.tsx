"use client";

import { type ReactElement, useSyncExternalStore } from "react";
import { Icon } from "../ui/icon.tsx";
import { useWords } from "../ui/words-provider.tsx";

/** One line under the head while the browser says that there is no network. */
export function OfflineBanner(): ReactElement | null {
  const t = useWords();
  const isOnline = useSyncExternalStore(
    watch,
    () => navigator.onLine,
    () => true,
  );
  if (isOnline) return null;
  return (
    <div className="banner">
      <div className="column">
        <Icon name="gap" />
        <span>{t("line.offline")}</span>
      </div>
    </div>
  );
}

function watch(changed: () => void): () => void {
  window.addEventListener("online", changed);
  window.addEventListener("offline", changed);
  return () => {
    window.removeEventListener("online", changed);
    window.removeEventListener("offline", changed);
  };
}
