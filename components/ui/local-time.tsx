"use client";

import type { ReactElement } from "react";
import { formatTime } from "./format-time.ts";
import { useLanguage } from "./i18n-provider.tsx";
import { useNow } from "./use-now.ts";

/** When something was written, by the reader's clock; empty until that clock is known. */
export function LocalTime({ at }: { at: number }): ReactElement {
  const language = useLanguage();
  const now = useNow();
  return (
    <time dateTime={new Date(at).toISOString()}>
      {now === undefined ? null : formatTime(at, Math.max(now, at), language)}
    </time>
  );
}
