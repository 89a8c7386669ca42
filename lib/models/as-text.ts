/** A text from outside; "" if the value is none. */
export const asText = (value: unknown): string => (typeof value === "string" ? value : "");

/** The same of a piece of an answer: a number where a text belongs is that text. */
export const asWords = (value: unknown): string =>
  typeof value === "number" ? String(value) : asText(value);
