import type { Translate } from "#lib/client/i18n/translate.ts";

/** "0.4 s", "12 s", "2 min 5 s": as exact as it matters. */
export function formatSeconds(t: Translate, ms: number): string {
  const tenths = Math.round(ms / 100) / 10;
  if (tenths < 10) return t("amount.seconds", { n: tenths.toFixed(1) });
  const whole = Math.round(ms / 1000);
  if (whole < 100) return t("amount.seconds", { n: whole });
  if (whole < 3600) return t("amount.minutes", { m: Math.floor(whole / 60), s: whole % 60 });
  return t("amount.hours", { h: Math.floor(whole / 3600), m: Math.floor((whole % 3600) / 60) });
}

/** Whole seconds, for what is still counting. */
export const wholeSeconds = (t: Translate, ms: number): string =>
  ms < 100_000 ? t("amount.seconds", { n: Math.floor(ms / 1000) }) : formatSeconds(t, ms);

/** "$0.0021", "$0.124", "$12.40": as exact as it matters. */
export function formatDollars(dollars: number): string {
  if (dollars > 0 && dollars < 0.0001) return "< $0.0001";
  return `$${dollars.toFixed(dollars === 0 ? 0 : dollars < 0.01 ? 4 : dollars < 1 ? 3 : 2)}`;
}

/** "1,204", the same in every language that we speak and on every machine. */
export const grouped = (n: number): string => String(n).replace(/\B(?=(\d{3})+$)/g, ",");
