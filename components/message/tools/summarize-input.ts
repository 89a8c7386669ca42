import type { JsonPath } from "#lib/structured/json-parser.ts";
import type { JsonRecord, JsonValue } from "#lib/structured/json-value.ts";
import type { JsonSoFar, PrintedJson } from "./json-printer.ts";

/** More stands in no line. */
const maxSummary = 160;
const maxRawLines = 12;

/**
 * What a call was given, in a few words: `Kyoto, days: 3`. The same words while the arguments are written,
 * so that nothing in the line changes when they are whole.
 */
export function summarizeInput({ settled, last, isRaw, json }: PrintedJson): string {
  return isRaw ? shortLine([...settled.slice(0, maxRawLines), last].join(" ")) : shortLine(entryWords(json));
}

const shortLine = (text: string): string => text.replace(/\s+/g, " ").trim().slice(0, maxSummary);

/** The entries of the outermost object, as many as have room. */
function entryWords(json: JsonSoFar): string {
  const value = json.value();
  if (!isJsonRecord(value)) return "";
  let words = "";
  for (const [key, part] of Object.entries(value)) {
    const word = entryWord(json, key, part);
    if (word.trim() !== "") words += words === "" ? word : `, ${word}`;
    if (words.length > maxSummary) break;
  }
  return words;
}

/** A text says itself, anything else is named. A number is named when it is whole. */
function entryWord(json: JsonSoFar, key: string, part: JsonValue): string {
  if (typeof part === "string") return part.slice(0, maxSummary);
  const isWhole = json.stateOf([key]) === "complete";
  if (typeof part !== "object" || part === null)
    return isWhole ? `${key}: ${literal(json, [key], part)}` : "";
  if (isJsonRecord(part)) return `${key}: ${isWhole && Object.keys(part).length === 0 ? "{}" : "{…}"}`;
  return `${key}: ${listWords(json, key, part, isWhole)}`;
}

/** A list of plain values is shown, any other is not. */
function listWords(json: JsonSoFar, key: string, list: readonly JsonValue[], isWhole: boolean): string {
  if (typeof list[0] === "object" && list[0] !== null) return "[…]";
  let words = "[";
  for (let at = 0; at < list.length && words.length < maxSummary; at += 1)
    words += `${at > 0 ? ", " : ""}${literal(json, [key, at], list[at] ?? null)}`;
  return isWhole ? `${words}]` : words;
}

function literal(json: JsonSoFar, path: JsonPath, value: JsonValue): string {
  if (typeof value === "number") return json.numberText(path) ?? "";
  if (typeof value === "string") return JSON.stringify(value.slice(0, maxSummary));
  return typeof value === "object" && value !== null ? "…" : String(value);
}

const isJsonRecord = (value: JsonValue | undefined): value is JsonRecord =>
  typeof value === "object" && value !== null && !Array.isArray(value);
