import { keptAnswerKey } from "#lib/client/kept-answer-key.ts";

/** What the storage refuses holds as long as the page lives. */
const unstored = new Map<string, string>();

/** What a person is writing, by `key`: `requestKey` and what of it. null: nothing was written. */
export function readKeptAnswer(storage: () => Storage, key: string): string | null {
  try {
    return unstored.get(key) ?? storage().getItem(keptAnswerKey(key));
  } catch {
    return null;
  }
}

export function keepAnswer(storage: () => Storage, key: string, value: string): void {
  unstored.delete(key);
  try {
    storage().setItem(keptAnswerKey(key), value);
  } catch {
    unstored.set(key, value);
  }
}

/** Of a request that is decided: nobody will read it again. */
export function forgetAnswers(storage: () => Storage, request: string): void {
  for (const key of unstored.keys()) if (key.startsWith(`${request} `)) unstored.delete(key);
  try {
    const kept = storage();
    for (const key of Object.keys(kept))
      if (key.startsWith(keptAnswerKey(`${request} `))) kept.removeItem(key);
  } catch {
    // Then it keeps nothing.
  }
}
