"use client";

import type { ReactElement } from "react";
import { grouped } from "../ui/format-amount.ts";
import { Icon } from "../ui/icon.tsx";
import { useWords } from "../ui/words-provider.tsx";
import type { FollowScroll } from "./follow-scroll.ts";
import { useStore } from "./use-store.ts";

/** Over the dock while lines come in that the reader does not see; it covers, it does not push. */
export function NewLinesPill({ scroll }: { scroll: FollowScroll }): ReactElement | null {
  const t = useWords();
  const { isPinned, newLines } = useStore(scroll);
  if (isPinned || newLines === 0) return null;
  return (
    <button type="button" className="pill" onClick={scroll.toEnd}>
      <Icon name="arrow" />
      {newLines === 1 ? t("transcript.line") : t("transcript.lines", { n: grouped(newLines) })}
    </button>
  );
}
