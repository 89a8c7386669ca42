/**
 * How deep and how long JSON may be, at every door: what a browser sends, what a model or a tool gives, what
 * a store gives back. `JSON.parse` reads any depth; whatever walks the value by recursion, `JSON.stringify`
 * first of all, ends in a full stack.
 */

/** Levels of a request's body: deeper than any that the API takes. */
export const maxBodyDepth = 32;

/** Levels of a value that a model or a tool gives. */
export const maxValueDepth = 64;

/** Levels of what a store gives back: a value, and what it stands in. */
export const maxStoredDepth = maxValueDepth + 16;

/** Characters of such a value as JSON; its text as it was written comes in deltas and may be longer. */
export const maxValueLength = 1_000_000;

/** Whether a text that is JSON nests deeper than `max` levels. Linear, and one look where it cannot. */
export function isDeeper(json: string, max: number): boolean {
  if (json.length <= max * 2) return false;
  let depth = 0;
  let isQuoted = false;
  for (let at = 0; at < json.length; at += 1) {
    const code = json.charCodeAt(at);
    if (code === backslash) at += 1;
    else if (code === quote) isQuoted = !isQuoted;
    else if (isQuoted) continue;
    else if (code === listOpens || code === objectOpens) {
      depth += 1;
      if (depth > max) return true;
    } else if (code === listEnds || code === objectEnds) depth -= 1;
  }
  return false;
}

/** What a value is that cannot be kept, as the end of a sentence; undefined if it can. */
export function valueFault(value: unknown): string | undefined {
  let json: string | undefined;
  try {
    json = JSON.stringify(value);
  } catch (error) {
    return error instanceof RangeError ? tooDeep : "no JSON";
  }
  if (json === undefined) return undefined;
  if (json.length > maxValueLength) return `longer than ${maxValueLength} characters`;
  return isDeeper(json, maxValueDepth) ? tooDeep : undefined;
}

const tooDeep = `nested deeper than ${maxValueDepth} levels`;

const quote = 0x22;
const backslash = 0x5c;
const listOpens = 0x5b;
const listEnds = 0x5d;
const objectOpens = 0x7b;
const objectEnds = 0x7d;
