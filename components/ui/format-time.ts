import type { Language } from "#lib/client/i18n/messages.ts";

const day = 24 * 3600 * 1000;

/** "14:02" today, "Thu 14:02" within a week, else with the date; by the machine's time zone. */
export function formatTime(at: number, now: number, language: Language): string {
  const date = new Date(at);
  const locale = language === "zh" ? "zh-CN" : "en-GB";
  const clock = new Intl.DateTimeFormat(locale, {
    hour: "2-digit",
    minute: "2-digit",
    hourCycle: "h23",
  }).format(date);
  if (new Date(now).toDateString() === date.toDateString()) return clock;
  const isNear = Math.abs(now - at) < 6 * day;
  const form = isNear ? ({ weekday: "short" } as const) : ({ month: "short", day: "numeric" } as const);
  return `${new Intl.DateTimeFormat(locale, form).format(date)} ${clock}`;
}
