import { StorageError } from "../storage-error.ts";

/** Signs in an error's message, what they mean, and what to do; the first that fits counts. */
const meanings: readonly [sign: RegExp, code: StorageError["code"], text: string][] = [
  // Of a hosted KV, of a proxy before it, and of Redis itself, by proto-max-bulk-len and in a script.
  [
    /max (request|single record) size exceeded|(entity|payload|content) too large|invalid bulk length|exceeds maximum allowed size/i,
    "too-large",
    "Redis does not take so much in one piece",
  ],
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

/** The `StorageError` for a failure of Redis, of the connection to it, or of a script. */
export function translateRedisError(cause: unknown): StorageError {
  if (cause instanceof StorageError) return cause;
  const message = withoutCommand(messageOfError(cause));
  for (const [sign, code, text] of meanings) {
    if (sign.test(message)) return new StorageError(code, `${text} (${message.slice(0, 200)})`, { cause });
  }
  return new StorageError("unavailable", `Redis does not answer: ${message.slice(0, 200)}`, { cause });
}

const messageOfError = (error: unknown): string =>
  error instanceof Error ? error.message || error.name : String(error);

/**
 * The client appends the command to its messages, with texts of people, which do not belong in a log, and say
 * nothing of what went wrong.
 */
const withoutCommand = (message: string): string =>
  message.replace(/, command was:[^]*$/, "").replace(/ script: [^]*$/, "");
