import { StorageError } from "../storage-error.ts";

const answers: readonly [RegExp, StorageError["code"], string][] = [
  [
    /\bOOM\b|max.*(size|storage).*exceeded/i,
    "full",
    "Redis is full: nothing more can be saved until there is room",
  ],
  [/\bREADONLY\b/, "read-only", "Redis is a read-only replica: point REDIS_URL to the primary"],
  [/\bMISCONF\b/, "read-only", "Redis cannot save to its disk and takes no writes: look at its log"],
  [/RIVULET-NEWER|newer build/, "newer-schema", "a newer build wrote a record of this store: start that one"],
  [
    /RIVULET-DAMAGED|WRONGTYPE|attempt to |bad argument/,
    "damaged",
    "a stored record cannot be read: restore it from a copy or delete it",
  ],
  [/\b(NOAUTH|WRONGPASS|NOPERM)\b|unauthorized/i, "unavailable", "Redis refuses the password, token or user"],
];

/** What a failure of Redis, of the line to it, or of a script means to the store's callers. */
export function translateRedisError(cause: unknown): StorageError {
  if (cause instanceof StorageError) return cause;
  const message = wordsOf(cause);
  for (const [sign, code, words] of answers) {
    if (sign.test(message)) return new StorageError(code, `${words} (${short(message)})`, { cause });
  }
  return new StorageError("unavailable", `Redis does not answer: ${short(message)}`, { cause });
}

const wordsOf = (error: unknown): string =>
  error instanceof Error ? error.message || error.name : String(error);

/**
 * The client repeats the whole command in its message, texts of people included: they do not belong into a
 * log.
 */
const short = (message: string): string =>
  message
    .replace(/, command was:[^]*$/, "")
    .replace(/ script: [^]*$/, "")
    .slice(0, 200);
