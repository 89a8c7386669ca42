/** A text from outside; "" if the value is none. */
export const asText = (value: unknown): string => (typeof value === "string" ? value : "");
