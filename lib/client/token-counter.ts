import type { Part } from "../protocol/message.ts";

/*
 * About how many tokens a text is, by its characters alone: a tokenizer is a megabyte of words, another one
 * for every family of models, and none of them would be right for the others. The shares were fitted to
 * running text in OpenAI's o200k_base. A tokenizer with fewer words needs more tokens: cl100k_base the same
 * for English and code, half as much again for Chinese, two to three times as much for Arabic or Hindi.
 */

/** Tokens of a character, by the first that matches: code units below `until`. */
const scriptShares: readonly { until: number; tokens: number }[] = [
  // ASCII up to the digits, the digits, and the rest: English words, code.
  { until: 0x30, tokens: 0.25 },
  { until: 0x3a, tokens: 0.5 },
  { until: 0x80, tokens: 0.25 },
  // Accented Latin.
  { until: 0x370, tokens: 0.35 },
  // Greek, Cyrillic, Armenian, Hebrew, Arabic.
  { until: 0x900, tokens: 0.35 },
  // Indic scripts, Thai, Georgian, Ethiopic and others up to the signs.
  { until: 0x2000, tokens: 0.45 },
  // Dashes, quotes, arrows, signs of mathematics.
  { until: 0x2e80, tokens: 0.8 },
  // Radicals and Chinese punctuation, kana, then Chinese and Hangul.
  { until: 0x3040, tokens: 0.7 },
  { until: 0x3100, tokens: 0.85 },
  { until: 0xd800, tokens: 0.7 },
  // Halves of emoji and rare characters.
  { until: 0xe000, tokens: 1 },
  // Fullwidth forms.
  { until: 0x1_0000, tokens: 0.7 },
];

/** By code unit: one look-up a character. */
const shareOf = new Float32Array(0x1_0000);
for (let unit = 0, at = 0; unit < shareOf.length; unit += 1) {
  if (unit >= (scriptShares[at]?.until ?? Infinity)) at += 1;
  shareOf[unit] = scriptShares[at]?.tokens ?? 0;
}

/**
 * Counts the tokens of an answer that grows: of the same parts only what they have grown by is looked at, so
 * that counting costs by the character and not by the call.
 */
export function createTokenCounter(): (parts: readonly Part[]) => number {
  const counted = new Map<string, { length: number; tokens: number }>();

  function tokensOf(part: Part): number {
    const text = writtenText(part);
    const key = countedKey(part);
    let known = counted.get(key);
    if (!known || known.length > text.length) counted.set(key, (known = { length: 0, tokens: 0 }));
    for (; known.length < text.length; known.length += 1)
      known.tokens += shareOf[text.charCodeAt(known.length)] ?? 0;
    return known.tokens;
  }

  return (parts) => Math.ceil(parts.reduce((sum, part) => sum + tokensOf(part), 0));
}

/** What its model wrote of a part. */
function writtenText(part: Part): string {
  switch (part.type) {
    case "text":
    case "reasoning":
    case "refusal":
      return part.text;
    case "tool":
      return part.inputText;
    case "object":
      return part.json;
    default:
      return "";
  }
}

const countedKey = (part: Part): string =>
  part.type === "tool" ? part.toolCallId : "id" in part ? `${part.type} ${part.id}` : part.type;
