"use client";

import type { ReactElement } from "react";
import { conversationCost } from "#lib/client/conversation/conversation-cost.ts";
import { useNewestTurn } from "../providers/conversation-provider.tsx";
import { formatDollars } from "../ui/format-amount.ts";
import { useTranslate } from "../ui/i18n-provider.tsx";

/** " · $0.0123 in this conversation", where more than one answer is in it. */
export function ConversationTotal(): ReactElement | null {
  const t = useTranslate();
  const { messages } = useNewestTurn();
  const total = messages && conversationCost(messages);
  if (!total) return null;
  const dollars = formatDollars(total.dollars);
  const cost = total.isPartial ? t("end.least", { what: dollars }) : dollars;
  return <>{` · ${t("end.conversation", { cost })}`}</>;
}
