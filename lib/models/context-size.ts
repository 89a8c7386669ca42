/** How many tokens a request had and how many an endpoint takes, as far as its rejection says so. */
export interface ContextSize {
  limitTokens?: number;
  askedTokens?: number;
}

/** More than any model takes in: a greater number is a time or an id. */
const maxTokens = 100_000_000;
/** Characters: what an endpoint says of it stands at the beginning. */
const maxRead = 2000;
const number = String.raw`(\d[\d,_]*)`;

/** Where an endpoint names what it takes, the surest first. */
const limits: readonly RegExp[] = [
  new RegExp(String.raw`"n_ctx"\s*:\s*${number}`, "i"),
  new RegExp(String.raw`>\s*${number}`),
  new RegExp(String.raw`${number}\s+(?:tokens?\s+)?max(?:imum)?\b`, "i"),
  new RegExp(String.raw`max(?:imum)?\s+(?:\w+\s+)?(?:length|tokens|size|window)\D{0,40}?${number}`, "i"),
  new RegExp(String.raw`context\s+(?:length|size|window|limit)\D{0,40}?${number}`, "i"),
  new RegExp(String.raw`(?:limit|allowed|cannot exceed|<=|at most|up to)\D{0,24}?${number}`, "i"),
  new RegExp(String.raw`\[\s*\d+\s*,\s*${number}\s*\]`),
];

/**
 * Reads the numbers out of a rejection; nothing else of its text is told, for it may echo a prompt. What was
 * asked is the greatest number beyond the limit.
 */
export function contextSizeOf(rejection: string): ContextSize {
  const body = rejection.slice(0, maxRead);
  const limitTokens = limits.map((limit) => toNumber(limit.exec(body)?.[1])).find(isCount);
  if (limitTokens === undefined) return {};
  const numbers = body.match(/(?<![\w.-])\d[\d,_]*(?!\w|[.-]\d)/g) ?? [];
  const beyond = numbers.map(toNumber).filter((each) => isCount(each) && each > limitTokens);
  return { limitTokens, ...(beyond.length > 0 && { askedTokens: Math.max(...beyond) }) };
}

const toNumber = (digits: string | undefined): number => Number((digits ?? "").replace(/[,_]/g, ""));

const isCount = (tokens: number): boolean => tokens > 0 && tokens <= maxTokens;
