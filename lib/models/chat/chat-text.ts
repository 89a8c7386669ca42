import { isRecord } from "../../protocol/is-record.ts";

/** Where an object has its text. */
const textFields = ["text", "content", "value", "thinking", "summary"];
/** Deeper than any server nests a text. */
const maxTextDepth = 4;

/**
 * The text that a field of an answer holds, however it is written: a string, a number, an object around it, a
 * list of any of these. "" where there is none.
 */
export function chatText(value: unknown, depth = 0): string {
  if (typeof value === "string") return value;
  if (typeof value === "number") return String(value);
  if (depth > maxTextDepth) return "";
  if (Array.isArray(value)) return value.map((each) => chatText(each, depth + 1)).join("");
  if (!isRecord(value)) return "";
  const field = textFields.find((name) => value[name] !== undefined && value[name] !== null);
  return field === undefined ? "" : chatText(value[field], depth + 1);
}
