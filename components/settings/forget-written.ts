import type { Drafts } from "#lib/client/drafts.ts";
import { keptAnswerKey } from "#lib/client/kept-answer-key.ts";
import { steeringKey } from "#lib/client/steering/steering-key.ts";

/** Deletes what this browser keeps of what was written and not sent: drafts, messages that wait, forms. */
export function forgetWritten(drafts: Pick<Drafts, "forget">, tabStorage: () => Storage): void {
  drafts.forget();
  forgetInTab(tabStorage);
}

/** The part of that which each tab keeps by itself. */
export function forgetInTab(tabStorage: () => Storage): void {
  try {
    const kept = tabStorage();
    for (const key of Object.keys(kept))
      if ([steeringKey(""), keptAnswerKey("")].some((begin) => key.startsWith(begin))) kept.removeItem(key);
  } catch {
    // Then it keeps nothing.
  }
}
