import type { Translate } from "#lib/client/i18n/translate.ts";
import type { AssistantMessage } from "#lib/protocol/message.ts";
import { wholeSeconds } from "../ui/format-amount.ts";

/** An answer that went on sooner than this is not mentioned. */
const toldAfterMs = 1000;

/**
 * "went on after 3 s", "begun anew after 3 s": what became of an answer whose server was gone, or whose time
 * was up, in mid-answer. One that was begun anew is always told of.
 */
export function takeoverWords(t: Translate, { takeovers = [] }: AssistantMessage): string {
  const told =
    takeovers.findLast(({ type }) => type === "anew") ??
    takeovers.findLast(({ afterMs = 0 }) => afterMs >= toldAfterMs);
  if (!told) return "";
  const { type, afterMs = 0 } = told;
  if (type === "anew" && afterMs < toldAfterMs) return t("end.anew.now");
  return t(`end.${type}`, { time: wholeSeconds(t, afterMs) });
}
