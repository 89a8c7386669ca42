"use client";

import { type ReactElement, useState } from "react";
import { createTokenCounter } from "#lib/client/token-counter.ts";
import type { AssistantMessage } from "#lib/protocol/message.ts";
import { grouped } from "../ui/format-amount.ts";
import { useTranslate } from "../ui/i18n-provider.tsx";

/** " · ≈ 240 out", while an answer is written, and after it where its provider has not said. */
export function Estimate({ answer }: { answer: AssistantMessage }): ReactElement {
  const t = useTranslate();
  const [countTokens] = useState(createTokenCounter);
  // No more digits than are right, so that few of them change while one reads.
  const tokens = Number(countTokens(answer.parts).toPrecision(2));
  return (
    <>
      {` · ≈ ${t("end.out", { n: grouped(tokens) })}`}
      {answer.ending && t("end.estimated")}
    </>
  );
}
