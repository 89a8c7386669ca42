/**
 * The longest answer that a model allows, by the body of a rejection, in tokens; undefined if it is about
 * something else. "max_tokens: 32000 > 8192, which is the maximum": the number that is meant is the largest
 * below the one that was asked for.
 */
export function allowedTokens(body: string, asked: number): number | undefined {
  if (!body.includes("max_tokens")) return undefined;
  const numbers = (body.match(/\d+/g) ?? []).map(Number).filter((each) => each >= least && each < asked);
  return numbers.length === 0 ? undefined : Math.max(...numbers);
}

/** No model allows less: such a number is about something else. */
const least = 256;
