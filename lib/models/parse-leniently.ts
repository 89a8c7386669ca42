import { tryParseJson } from "./try-parse-json.ts";

/**
 * JSON as servers write it: with control characters inside of strings, and with Python's names of numbers
 * that JSON has none for, which are null here. Undefined for what is no JSON all the same. What is JSON costs
 * no more than parsing it.
 */
export function parseLeniently(text: string): unknown {
  const json = tryParseJson(text);
  if (json !== undefined || !/^\s*[[{]/.test(text)) return json;
  return tryParseJson(text.replace(stringsAndNames, (found) => (found[0] === '"' ? escaped(found) : "null")));
}

const stringsAndNames = /"[^"\\]*(?:\\.[^"\\]*)*"|-?\b(?:NaN|Infinity)\b/gs;

const escaped = (string: string): string =>
  string.replace(controls, (found) => `\\u${found.charCodeAt(0).toString(16).padStart(4, "0")}`);

const controls = /[\u0000-\u001f]/g;
