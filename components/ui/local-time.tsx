"use client";

import type { ReactElement } from "react";
import { timeWords } from "./time-words.ts";
import { useNow } from "./use-now.ts";
import { useLanguage } from "./words-provider.tsx";

/** When something was written, by the reader's clock; empty until that clock is known. */
export function LocalTime({ at }: { at: number }): ReactElement {
  const language = useLanguage();
  const now = useNow();
  return (
    <time dateTime={new Date(at).toISOString()}>
      {now === undefined ? null : timeWords(at, Math.max(now, at), language)}
    </time>
  );
}
