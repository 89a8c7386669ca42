import { isRecord } from "../protocol/is-record.ts";

/** A text from outside; "" if the value is none. */
export const asText = (value: unknown): string => (typeof value === "string" ? value : "");

/** The same of a piece of an answer: a number, or an object with a text, is that text. */
export function asWords(value: unknown): string {
  if (typeof value === "number") return String(value);
  return asText(isRecord(value) ? value["text"] : value);
}
