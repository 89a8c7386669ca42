export type Period = "today" | "yesterday" | "week" | "older";

export interface Group<T> {
  period: Period;
  conversations: T[];
}

/**
 * The conversations by the day of their last message in a time zone (absent: the machine's own); order is
 * kept.
 */
export function groupByDay<T extends { updatedAt: number }>(
  conversations: readonly T[],
  now: number,
  timeZone?: string,
): Group<T>[] {
  const format = new Intl.DateTimeFormat("en-CA", {
    timeZone,
    year: "numeric",
    month: "2-digit",
    day: "2-digit",
  });
  const dayOf = (ms: number) => Math.round(Date.parse(format.format(ms)) / 86_400_000);
  const today = dayOf(now);
  const groups: Group<T>[] = [];
  for (const conversation of conversations) {
    const period = periodOf(today - dayOf(conversation.updatedAt));
    const last = groups.at(-1);
    if (last?.period === period) last.conversations.push(conversation);
    else groups.push({ period, conversations: [conversation] });
  }
  return groups;
}

function periodOf(daysAgo: number): Period {
  if (daysAgo <= 0) return "today";
  if (daysAgo === 1) return "yesterday";
  return daysAgo <= 7 ? "week" : "older";
}
