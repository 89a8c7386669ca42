"use client";

import { type ReactElement, useEffect } from "react";
import type { RunState } from "#lib/protocol/run-state.ts";
import { wholeSeconds } from "../ui/format-amount.ts";
import { useTranslate } from "../ui/i18n-provider.tsx";
import { useElapsed } from "../ui/use-elapsed.ts";
import { lazyParts, preloadLiveParts } from "./lazy-parts.ts";
import { modelName } from "./model-name.ts";
import { Row } from "./row.tsx";

interface PendingRowProps {
  run: RunState | undefined;
  /** The model that will answer, until the run says which. */
  model: string;
  /** How long it has been so already, ms. */
  sinceMs?: number;
}

/** Nothing is being written yet: a live tick at once, from 3 s on for what we wait, from 30 s on how long. */
export function PendingRow({ run, model, sinceMs = 0 }: PendingRowProps): ReactElement {
  const t = useTranslate();
  useEffect(preloadLiveParts, []);
  const elapsed = useElapsed(sinceMs, true) ?? sinceMs;
  const waited = elapsed < 3000 ? undefined : wholeSeconds(t, elapsed);
  const name = modelName(t, run?.model || model);
  if (run?.retry) return <lazyParts.RetryRow retry={run.retry} name={name} waited={waited} />;
  return (
    <Row tick="text" tone="live" kind="brief" amount={waited}>
      <p className="note">{words()}</p>
    </Row>
  );

  function words(): string {
    if (waited === undefined) return "\u00a0";
    const notice = t("pending.waiting", { model: name });
    return elapsed < 30_000 ? notice : `${notice} · ${t("pending.long", { time: waited })}`;
  }
}
