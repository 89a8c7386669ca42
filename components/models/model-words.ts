import type { Translate } from "#lib/client/i18n/translate.ts";
import type { ModelListing } from "#lib/protocol/model-listing.ts";
import { grouped } from "../ui/format-amount.ts";

/** What people see of a model. */
export const listingName = (t: Translate, { demo, label }: Pick<ModelListing, "demo" | "label">): string =>
  demo ? t("model.demo") : label;

/** What is known of it, in a line; of a model that nothing is known of, nothing. */
export function listingFacts(t: Translate, model: ModelListing): string {
  if (model.demo) return t("model.demo.what");
  const { capabilities = {}, limits, prices, isUnsuited, hasOwnKey } = model;
  const can = (["tools", "json", "images", "files"] as const)
    .filter((each) => capabilities[each])
    .map((each) => t(`model.can.${each}`));
  return [
    isUnsuited && t("model.unsuited"),
    hasOwnKey && t("model.own-key"),
    ...can,
    capabilities.tools === false && t("model.cannot.tools"),
    limits?.context !== undefined && t("model.context", { n: shortCount(limits.context) }),
    prices && t("model.prices", { in: priceWords(prices.input), out: priceWords(prices.output) }),
  ]
    .filter(Boolean)
    .join(" · ");
}

/** 8000 is "8k", 131072 is "131k", 1048576 is "1M". */
function shortCount(n: number): string {
  if (n < 1000) return String(n);
  return n < 999_500 ? `${Math.round(n / 1000)}k` : `${Number((n / 1e6).toFixed(1))}M`;
}

const priceWords = (dollars: number): string =>
  dollars >= 1000 ? grouped(Math.round(dollars)) : String(Number(dollars.toPrecision(3)));

/** Whether it answered when it was asked last; undefined: it was not asked yet. */
export function stateWords(
  t: Translate,
  { demo, state }: ModelListing,
): { words: string; isGood: boolean } | undefined {
  if (demo || !state) return undefined;
  if (state.isReachable) return { words: t("model.state.good"), isGood: true };
  const known = (["key-rejected", "rate-limited", "out-of-credit", "model-not-found"] as const).find(
    (code) => code === state.code,
  );
  return { words: t(known ? `model.state.${known}` : "model.state.failed"), isGood: false };
}
