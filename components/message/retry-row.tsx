"use client";

import type { ReactElement } from "react";
import { isWaitReason } from "#lib/protocol/codes.ts";
import type { RunState } from "#lib/protocol/run-state.ts";
import { wholeSeconds } from "../ui/format-amount.ts";
import { useTranslate } from "../ui/i18n-provider.tsx";
import { useCountdown } from "../ui/use-countdown.ts";
import { retryKey } from "./error-key.ts";
import { Row } from "./row.tsx";

interface RetryRowProps {
  retry: NonNullable<RunState["retry"]>;
  /** Of the model, for people. */
  name: string;
  /** How long it has been waited for. */
  waited: string | undefined;
}

/** The model failed before it said anything: why, and when it is asked again. */
export function RetryRow({ retry, name, waited }: RetryRowProps): ReactElement {
  const t = useTranslate();
  const left = useCountdown(retry.at, retry.inMs) ?? 0;
  const values = { n: retry.attempt, of: retry.of };
  const key = retryKey(retry.reason);
  // A wait has an end, but no number of attempts.
  const words = isWaitReason(retry.reason) ? "pending.wait" : "pending.retry";
  const again =
    left > 0 ? t(`${words}.in`, { ...values, time: wholeSeconds(t, left + 999) }) : t(words, values);
  return (
    <Row tick="gap" tone="live" kind="brief" amount={words === "pending.wait" ? waited : undefined}>
      <p className="note run">{key ? `${t(key, { model: name })} · ${again}` : again}</p>
    </Row>
  );
}
