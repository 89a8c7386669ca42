/** The store cannot be used as it is configured; the message is one line with the fix. */
export class StoreCheckError extends Error {
  constructor(message: string, options?: { cause: unknown }) {
    super(message, options);
    this.name = "StoreCheckError";
  }
}

/** All of a check together, ms: a server that cannot save says so at once. */
export const checkLimitMs = 3000;

/** What a check writes to, and nobody reads. */
export const checkKey = "rivulet:check";

/** The messages of an error and all its causes. */
export function messagesOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const code = "code" in error ? ` ${String(error.code)}` : "";
  return `${error.message}${code}${error.cause === undefined ? "" : `: ${messagesOf(error.cause)}`}`;
}
