/**
 * The arguments of a call as text: some servers send the value that others send as text. "" where there are
 * none. What is too deep to be written is no JSON then, so that its call alone comes to an error.
 */
export function argumentsText(value: unknown): string {
  if (typeof value === "string") return value;
  if (value === undefined || value === null) return "";
  try {
    return JSON.stringify(value);
  } catch {
    return "(nested too deep to be written)";
  }
}
