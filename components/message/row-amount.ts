import type { Translate } from "#lib/client/i18n/translate.ts";
import { formatSeconds } from "../ui/format-amount.ts";

/** How long something took, for the amounts column; undefined for what would be "0.0 s". */
export const rowAmount = (t: Translate, ms: number): string | undefined =>
  ms < 50 ? undefined : formatSeconds(t, ms);
