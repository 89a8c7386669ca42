import { isRecord } from "../../protocol/is-record.ts";
import type { Choices } from "./choices.ts";

const choicesKey = "rivulet-choices";
const maxConversations = 50;

/** Which answers were chosen in a conversation in this browser, also before a reload. */
export const readChoices = (storage: () => Storage, conversationId: string): Choices =>
  new Map(readAll(storage)).get(conversationId) ?? {};

/** If the browser refuses or is full, a choice holds only as long as the page lives. */
export function keepChoices(storage: () => Storage, conversationId: string, choices: Choices): void {
  const others = readAll(storage).filter(([id]) => id !== conversationId);
  const isEmpty = Object.keys(choices).length === 0;
  if (isEmpty && others.length === 0) return;
  const all = isEmpty ? others : [...others, [conversationId, choices]];
  try {
    storage().setItem(choicesKey, JSON.stringify(all.slice(-maxConversations)));
  } catch {
    // As above.
  }
}

function readAll(storage: () => Storage): [conversationId: string, Choices][] {
  try {
    const stored: unknown = JSON.parse(storage().getItem(choicesKey) ?? "[]");
    return Array.isArray(stored) ? stored.filter(isEntry) : [];
  } catch {
    return [];
  }
}

const isEntry = (entry: unknown): entry is [string, Choices] =>
  Array.isArray(entry) &&
  typeof entry[0] === "string" &&
  isRecord(entry[1]) &&
  Object.values(entry[1]).every((choice) => isRecord(choice) && typeof choice["answerId"] === "string");
