import { maxBodyDepth } from "../protocol/json-bounds.ts";

/**
 * Parses JSON that every reader understands alike: as `JSON.parse`, but nesting beyond 32 levels and a key
 * that stands twice in one object are refused. Throws `SyntaxError`. Linear in the text.
 */
export function parseJson(text: string): unknown {
  const value: unknown = JSON.parse(text);
  checkShape(text);
  return value;
}

/** Only for text that is JSON. */
function checkShape(text: string): void {
  const keysOfOpen: (Set<string> | undefined)[] = [];
  for (const [token, colon] of text.matchAll(/[[\]{}]|"(?:[^"\\]|\\.)*"(\s*:)?/g)) {
    if (token === "}" || token === "]") keysOfOpen.pop();
    else if (token === "{" || token === "[") {
      if (keysOfOpen.length === maxBodyDepth)
        throw new SyntaxError(`nested deeper than ${maxBodyDepth} levels`);
      keysOfOpen.push(token === "{" ? new Set() : undefined);
    } else if (colon !== undefined) addKey(keysOfOpen.at(-1), token.slice(0, -colon.length));
  }
}

/** `"\u0061"` and `"a"` are one key. */
function addKey(keys: Set<string> | undefined, quoted: string): void {
  const key: unknown = JSON.parse(quoted);
  if (typeof key !== "string" || !keys) return;
  if (keys.has(key)) throw new SyntaxError("a key stands twice");
  keys.add(key);
}
