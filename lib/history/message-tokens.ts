import type { ModelMessage } from "../models/model-message.ts";

/**
 * About how many tokens a text is, rather too many: three bytes of UTF-8 are one. A Chinese character is
 * three bytes and at most about one token; a token of English is four characters or five, one of code or JSON
 * three.
 */
export const textTokens = (text: string): number => Math.ceil(Buffer.byteLength(text) / 3);

/** What a provider writes around a message, and around each call or result in it. */
const tokensAround = 4;

/** About how many tokens a message is, with all that is sent along with it. */
export function messageTokens({ content }: ModelMessage): number {
  if (typeof content === "string") return tokensAround + textTokens(content);
  return content.reduce((sum, part) => sum + partTokens(part), tokensAround);
}

type CountedPart = Exclude<ModelMessage["content"], string>[number];

function partTokens(part: CountedPart): number {
  switch (part.type) {
    case "text":
    case "reasoning":
      return textTokens(part.text) + tokensWithin(part.providerMetadata);
    case "tool-call":
      return callTokens(part, part.input) + tokensWithin(part.providerMetadata);
    case "tool-result":
      return callTokens(part, part.output);
    default:
      return part satisfies never;
  }
}

const callTokens = (call: { toolCallId: string; toolName: string }, text: string): number =>
  tokensAround + textTokens(call.toolCallId) + textTokens(call.toolName) + textTokens(text);

/** Of what goes back to a provider unchanged, its texts: signatures and encrypted thoughts are long ones. */
function tokensWithin(value: unknown): number {
  if (typeof value === "string") return textTokens(value);
  if (typeof value !== "object" || value === null) return 0;
  return Object.values(value).reduce((sum: number, each) => sum + tokensWithin(each), 0);
}
