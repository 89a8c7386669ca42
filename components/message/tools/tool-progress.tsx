"use client";

import type { ReactElement } from "react";
import { showHidden } from "#lib/client/show-hidden.ts";
import type { ToolPart } from "#lib/protocol/message.ts";
import { useConversation } from "../../providers/conversation-provider.tsx";
import { wholeSeconds } from "../../ui/format-amount.ts";
import { useTranslate } from "../../ui/i18n-provider.tsx";

/** Whoever waits longer is told that it still goes on, and can stop it. */
const longMs = 30_000;

/** How far a call has come: a bar where the whole is known, the step in words. */
export function ToolProgress({
  call,
  elapsedMs,
}: {
  call: ToolPart;
  elapsedMs: number;
}): ReactElement | null {
  const t = useTranslate();
  const { actions } = useConversation();
  const { progress: step } = call;
  const isLong = elapsedMs >= longMs;
  if (!step && !isLong) return null;
  const share = step?.total ? Math.min(1, Math.max(0, step.progress / step.total)) : undefined;
  const words = step ? stepWords(step) : "";
  return (
    <div className="progress">
      {share !== undefined && <progress className="meter" max={1} value={share} aria-label={words} />}
      <p className="lab">
        <span className="step" dir="auto">
          {showHidden(words)}
        </span>
        {isLong && (
          <span className="n">
            {t("tool.still", { time: wholeSeconds(t, elapsedMs) })} ·{" "}
            <button type="button" className="link" onClick={actions.stop}>
              {t("tool.stop")}
            </button>
          </span>
        )}
      </p>
    </div>
  );
}

/** "3/10 · reading", without figures that the words have already. */
function stepWords({ progress, total, message = "" }: NonNullable<ToolPart["progress"]>): string {
  const counted = total === undefined ? "" : `${round(progress)}/${round(total)}`;
  if (counted === "" || message.includes(counted)) return message || String(round(progress));
  return message === "" ? counted : `${counted} · ${message}`;
}

const round = (n: number): number => Math.round(n * 100) / 100;
