import type { Choices } from "../../protocol/choices.ts";
import { isRecord } from "../../protocol/is-record.ts";

/** The choices of a conversation as every store keeps them; undefined: none. */
export const encodeChoices = (choices: Choices): string | undefined =>
  Object.keys(choices).length === 0 ? undefined : JSON.stringify(choices);

/** What cannot be read is no choice: it decides nothing but which version is shown. */
export function decodeChoices(text: string | null | undefined): Choices {
  if (!text) return {};
  try {
    const stored: unknown = JSON.parse(text);
    if (!isRecord(stored)) return {};
    const entries = Object.entries(stored).flatMap(([key, choice]): [string, Choices[string]][] => {
      if (!isRecord(choice) || typeof choice["messageId"] !== "string") return [];
      const { messageId, unlessRunId } = choice;
      return [[key, { messageId, ...(typeof unlessRunId === "string" && { unlessRunId }) }]];
    });
    return Object.fromEntries(entries);
  } catch {
    return {};
  }
}
