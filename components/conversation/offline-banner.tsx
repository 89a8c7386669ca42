"use client";

import type { ReactElement } from "react";
import { Icon } from "../ui/icon.tsx";
import { useOnline } from "../ui/use-online.ts";
import { useWords } from "../ui/words-provider.tsx";

/** One line under the head while the browser says that there is no network. */
export function OfflineBanner(): ReactElement | null {
  const t = useWords();
  if (useOnline()) return null;
  return (
    <output className="banner">
      <span className="column">
        <Icon name="gap" />
        <span>{t("line.offline")}</span>
      </span>
    </output>
  );
}
