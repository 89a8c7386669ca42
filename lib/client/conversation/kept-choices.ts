import { isRecord } from "../../protocol/is-record.ts";

const choosingKey = "rivulet-choices";
const maxConversations = 50;

/** What was chosen in this browser, also before a reload, and the server was not told of. */
export const readChoosing = (storage: () => Storage, conversationId: string): readonly string[] =>
  new Map(readAll(storage)).get(conversationId) ?? [];

/** If the browser refuses or is full, they are told as long as the page lives. */
export function keepChoosing(
  storage: () => Storage,
  conversationId: string,
  choosing: readonly string[],
): void {
  const before = readAll(storage);
  const others = before.filter(([id]) => id !== conversationId);
  if (choosing.length === 0 && others.length === before.length) return;
  const all = choosing.length === 0 ? others : [...others, [conversationId, choosing]];
  try {
    storage().setItem(choosingKey, JSON.stringify(all.slice(-maxConversations)));
  } catch {
    // As above.
  }
}

function readAll(storage: () => Storage): [conversationId: string, choosing: readonly string[]][] {
  try {
    const stored: unknown = JSON.parse(storage().getItem(choosingKey) ?? "[]");
    return Array.isArray(stored) ? stored.flatMap(choosingIn) : [];
  } catch {
    return [];
  }
}

function choosingIn(entry: unknown): [string, readonly string[]][] {
  if (!Array.isArray(entry) || typeof entry[0] !== "string") return [];
  const [id, kept]: unknown[] = entry;
  // An older build kept all choices here: by their questions, and told nobody.
  const older = isRecord(kept) && !Array.isArray(kept) ? Object.values(kept) : [];
  const ids: unknown[] = Array.isArray(kept)
    ? kept
    : older.map((choice) => (isRecord(choice) ? choice["answerId"] : undefined));
  return [[String(id), ids.filter((each) => typeof each === "string")]];
}
