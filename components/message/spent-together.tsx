"use client";

import type { ReactElement } from "react";
import { isCostPartial } from "#lib/protocol/is-cost-partial.ts";
import type { AssistantMessage, Ending } from "#lib/protocol/message.ts";
import type { Usage } from "#lib/protocol/run-event.ts";
import { spentOn } from "#lib/protocol/spent-on.ts";

interface SpentTogetherProps {
  answer: AssistantMessage;
  /** What some of its runs have used is unknown, or what it cost. */
  children(spent: { answer: AssistantMessage; isPartial: boolean; isCostPartial: boolean }): ReactElement;
}

/** An answer that several runs have written, as if one had: its usage is that of all of them. */
export function SpentTogether({ answer, children }: SpentTogetherProps): ReactElement {
  const { ending, spentBefore = [], durationBefore = 0 } = answer;
  const own = ending && "total" in ending ? ending.total : undefined;
  const isPartial = [...spentBefore, own].some((each) => each?.outputTokens === undefined);
  const total = spentOn(answer);
  const together = ending && ending.type !== "interrupted" && isKnown(total) ? { ...ending, total } : ending;
  return children({
    answer: { ...answer, ...(together && { ending: withDuration(together, durationBefore) }) },
    isPartial,
    isCostPartial: isPartial || isCostPartial(answer),
  });
}

/** How fast it was written belongs to one request, and how soon it began. */
function withDuration(ending: Ending, before: number): Ending {
  if (before === 0 || !("timings" in ending) || !ending.timings) return ending;
  const { queuedMs, durationMs } = ending.timings;
  return { ...ending, timings: { queuedMs, durationMs: durationMs + before } };
}

const isKnown = ({ inputTokens, outputTokens }: Usage): boolean =>
  inputTokens !== undefined || outputTokens !== undefined;
