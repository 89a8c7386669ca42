import type { FinishReason } from "../protocol/run-event.ts";

/** `failed`: the endpoint itself says that the answer is not whole. */
export type GivenFinishReason = FinishReason | "failed";

/** As servers spell them, in small letters and without what joins their words. */
const reasonSpellings: readonly (readonly [GivenFinishReason, words: string])[] = [
  ["stop", "stop stopsequence stoptoken stopword end endturn eos eostoken complete completed done finished"],
  ["length", "length maxlength maxtokens maxoutputtokens modellength tokenlimit"],
  ["length", "contextlengthexceeded modelcontextwindowexceeded"],
  ["content-filter", "contentfilter contentfiltered sensitive safety imagesafety recitation refusal"],
  ["content-filter", "prohibitedcontent blocklist blocked spii moderation guardrailintervened errortoxic"],
  ["tool-calls", "toolcalls toolcall tooluse functioncall"],
  ["failed", "error errored failed failure internalerror servererror networkerror timeout errorlimit"],
  ["failed", "abort aborted cancel canceled cancelled insufficientsystemresource malformedfunctioncall"],
];

const reasons: ReadonlyMap<string, GivenFinishReason> = new Map(
  reasonSpellings.flatMap(([reason, words]) => words.split(" ").map((word) => [word, reason] as const)),
);

/** What a finish reason means, of whatever wire; `other` where nobody knows. */
export const finishReasonOf = (written: string): GivenFinishReason =>
  reasons.get(written.toLowerCase().replace(/[^a-z]/g, "")) ?? "other";
