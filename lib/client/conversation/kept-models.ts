import { isRecord } from "../../protocol/is-record.ts";

/** The models that were chosen in this browser, also before a reload. */
export interface KeptModels {
  /** For what is asked next in the conversation; until it was asked, nobody else knows of it. */
  chosen?: string;
  /** For conversations that have no model of their own. */
  preferred?: string;
}

const modelsKey = "rivulet-models";
const maxKept = 50;
/** No conversation has this id. */
const preferredKey = "";

export function readModels(storage: () => Storage, conversationId: string): KeptModels {
  const all = new Map(readPairs(storage));
  const [chosen, preferred] = [all.get(conversationId), all.get(preferredKey)];
  return { ...(chosen !== undefined && { chosen }), ...(preferred !== undefined && { preferred }) };
}

/** Undefined: none is chosen any more. If the browser refuses, it holds as long as the page lives. */
export const keepModel = (storage: () => Storage, conversationId: string, model: string | undefined): void =>
  keepPair(storage, conversationId, model);

export const keepPreferredModel = (storage: () => Storage, model: string | undefined): void =>
  keepPair(storage, preferredKey, model);

export const readPreferredModel = (storage: () => Storage): string | undefined =>
  new Map(readPairs(storage)).get(preferredKey);

function keepPair(storage: () => Storage, key: string, model: string | undefined): void {
  const before = readPairs(storage);
  const others = before.filter(([each]) => each !== key);
  if (model === undefined && others.length === before.length) return;
  const all = model === undefined ? others : [...others, [key, model] as const];
  const [preferred, conversations] = [
    all.filter(([each]) => each === preferredKey),
    all.filter(([each]) => each !== preferredKey),
  ];
  try {
    storage().setItem(modelsKey, JSON.stringify([...preferred, ...conversations.slice(-maxKept)]));
  } catch {
    // As above.
  }
}

function readPairs(storage: () => Storage): [key: string, model: string][] {
  try {
    const stored: unknown = JSON.parse(storage().getItem(modelsKey) ?? "[]");
    return Array.isArray(stored) ? stored.filter(isPair) : [];
  } catch {
    return [];
  }
}

const isPair = (entry: unknown): entry is [string, string] =>
  isRecord(entry) && typeof entry[0] === "string" && typeof entry[1] === "string";
