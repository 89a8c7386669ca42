import { createHash } from "node:crypto";

/*
 * The id of a tool call as an endpoint takes it, in a call and in its result. It depends on nothing else,
 * so that what is sent begins as it did before.
 *
 * 1. An id goes back as it came: its endpoint may know it again, or have put a thought's signature into it.
 * 2. One that is longer than others take is shortened, unless it is known to hold such a signature.
 * 3. To an endpoint that refuses ids as they are (`tool_call_ids` of refused-fields.ts) all go in the one
 *    form that is taken everywhere: nine letters and digits, which Mistral asks for.
 */

export function sentCallId(id: string, without: ReadonlySet<string> = asTheyAre): string {
  if (without.has("tool_call_ids")) return isPlainCallId(id) ? id : digest(id).slice(0, 9);
  if (id.length <= maxCallIdLength || holdsSignature.test(id)) return id;
  return `${id.slice(0, keptLength).replace(/[^\w-]/g, "_")}_${digest(id).slice(0, 16)}`;
}

/** Whether an id is in the form that is taken everywhere. */
export const isPlainCallId = (id: string): boolean => /^[a-zA-Z0-9]{9}$/.test(id);

const asTheyAre: ReadonlySet<string> = new Set();
/** Of OpenAI's Responses and of Bedrock; Chat Completions of OpenAI's take 40 in some versions. */
const maxCallIdLength = 64;
const keptLength = 40;

/** Gemini's, as LiteLLM and other gateways write them behind the id. */
const holdsSignature = /__thought__|__gts_|_ts_/;

/** Letters and digits. */
const digest = (id: string): string =>
  BigInt(`0x${createHash("sha256").update(id).digest("hex")}`)
    .toString(36)
    .padStart(40, "0");
