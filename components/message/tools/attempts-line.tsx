"use client";

import type { ReactElement } from "react";
import { showHidden } from "#lib/client/show-hidden.ts";
import type { ToolPart } from "#lib/protocol/message.ts";
import { useTranslate } from "../../ui/i18n-provider.tsx";

/** That a call of a tool which only reads is tried again, or was, and why. */
export function AttemptsLine({ call }: { call: ToolPart }): ReactElement | null {
  const t = useTranslate();
  const { attempt: n = 1, attempts: of, failedBefore, decision } = call;
  // What a person has let run once more is no attempt of its own accord.
  if (n <= 1 || decision !== undefined || (call.answers?.length ?? 0) > 0) return null;
  const counted = of === undefined ? t("tool.attempt", { n }) : t("tool.attempt.of", { n, of });
  return (
    <p className="mark" dir="auto">
      {failedBefore === undefined ? counted : `${counted} · ${showHidden(failedBefore)}`}
    </p>
  );
}
