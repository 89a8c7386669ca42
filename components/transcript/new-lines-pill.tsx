"use client";

import type { ReactElement } from "react";
import { grouped } from "../ui/format-amount.ts";
import { useTranslate } from "../ui/i18n-provider.tsx";
import { Icon } from "../ui/icon.tsx";
import { useStore } from "../ui/use-store.ts";
import type { FollowScroll } from "./follow-scroll.ts";

/**
 * Over the dock where the end is far, or lines come in that the reader does not see; it covers, it pushes
 * nothing.
 */
export function NewLinesPill({ scroll }: { scroll: FollowScroll }): ReactElement | null {
  const t = useTranslate();
  const { isPinned, newLines, isFar } = useStore(scroll);
  if (isPinned || (newLines === 0 && !isFar)) return null;
  const words = newLines === 1 ? t("transcript.line") : t("transcript.lines", { n: grouped(newLines) });
  return (
    <button
      type="button"
      className={newLines === 0 ? "pill bare" : "pill"}
      aria-label={newLines === 0 ? t("transcript.end") : undefined}
      onClick={scroll.toEnd}
    >
      <Icon name="arrow" />
      {newLines > 0 && words}
    </button>
  );
}
