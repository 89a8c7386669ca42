export interface AllowedTokens {
  tokens: number;
  /** Of the model, whatever it is asked; else what is left beside this request. */
  isLasting: boolean;
}

/**
 * The longest answer that a model allows, by the body of a rejection; undefined if it is about something
 * else. What the context has left for this request is read from the sum that the words give; "max_tokens:
 * 32000 > 8192, which is the maximum": the number that is meant is the largest below the one asked for.
 */
export function allowedTokens(body: string, asked: number): AllowedTokens | undefined {
  const text = body.replaceAll(/\\u003e/gi, ">");
  const left = tokensLeft(text);
  if (left !== undefined)
    return left >= least && left < asked ? { tokens: left, isLasting: false } : undefined;
  // About the context, in words that are not known: no number of it is the length of an answer.
  if (!text.includes("max_tokens") || /context/i.test(text)) return undefined;
  const numbers = (text.match(/\d+/g) ?? []).map(Number).filter((each) => each >= least && each < asked);
  if (numbers.length === 0) return undefined;
  return { tokens: Math.max(...numbers), isLasting: isMaximum.test(text) };
}

/** vLLM: "32000 > 16384 - 500". Anthropic: "180000 + 32000 > 200000". */
function tokensLeft(text: string): number | undefined {
  const [, whole, used] = /> ?(\d+) ?- ?(\d+)/.exec(text) ?? contextAndInput.exec(text) ?? [];
  if (whole !== undefined) return Number(whole) - Number(used);
  const [, input, , context] = /(\d+) ?\+ ?(\d+) ?> ?(\d+)/.exec(text) ?? [];
  return input === undefined ? undefined : Number(context) - Number(input);
}

const contextAndInput =
  /context length is (\d+) tokens\b.{0,200}?\b(\d+) (?:in the (?:messages|prompt)|(?:prompt|input) tokens)/s;

const isMaximum = /maximum|at most|range|less than or equal|up to|≤|<=/i;

/** No model allows less: such a number is about something else. */
const least = 256;
