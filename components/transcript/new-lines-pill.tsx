"use client";

import type { ReactElement } from "react";
import { grouped } from "../ui/format-amount.ts";
import { useTranslate } from "../ui/i18n-provider.tsx";
import { Icon } from "../ui/icon.tsx";
import { useStore } from "../ui/use-store.ts";
import type { FollowScroll } from "./follow-scroll.ts";

/** Over the dock while lines come in that the reader does not see; it covers, it does not push. */
export function NewLinesPill({ scroll }: { scroll: FollowScroll }): ReactElement | null {
  const t = useTranslate();
  const { isPinned, newLines } = useStore(scroll);
  if (isPinned || newLines === 0) return null;
  return (
    <button type="button" className="pill" onClick={scroll.toEnd}>
      <Icon name="arrow" />
      {newLines === 1 ? t("transcript.line") : t("transcript.lines", { n: grouped(newLines) })}
    </button>
  );
}
