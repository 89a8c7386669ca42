import type { ToolPart } from "#lib/protocol/message.ts";
import { wholeSeconds } from "../../ui/format-amount.ts";
import { useTranslate } from "../../ui/i18n-provider.tsx";
import { useElapsed } from "../../ui/use-elapsed.ts";
import { rowAmount } from "../row-amount.ts";

interface ToolTime {
  /** As the amounts column has it; absent: nothing to tell. */
  amount?: string;
  /** How long it has been going on, ms; 0: it does not. */
  elapsedMs: number;
}

/** How long calls have taken, from the first that began to the last that ended. A wait is no work. */
export function useToolTime(calls: readonly ToolPart[], isLive: boolean, lastAt: number): ToolTime {
  const t = useTranslate();
  const from = Math.min(...calls.map(({ startedAt }) => startedAt));
  const isOpen = calls.some(({ endedAt }) => endedAt === undefined);
  const isWaiting =
    calls.some(({ approvalId }) => approvalId !== undefined) ||
    calls.every(({ state }) => state === "input-available");
  const elapsed = useElapsed(Math.max(0, lastAt - from), isLive && isOpen && !isWaiting);
  if (isWaiting) return { elapsedMs: 0 };
  if (!isOpen) {
    const to = Math.max(...calls.map(({ endedAt = from }) => endedAt));
    const amount = rowAmount(t, to - from);
    return { ...(amount !== undefined && { amount }), elapsedMs: 0 };
  }
  if (!isLive || elapsed === undefined || elapsed < 1000) return { elapsedMs: 0 };
  return { amount: wholeSeconds(t, elapsed), elapsedMs: elapsed };
}
