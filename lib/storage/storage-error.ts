/**
 * The store could not answer: down, busy beyond its time, full, read-only, asked to take more in one piece
 * than it does, or it holds what this build cannot read. What passes: `is-passing.ts`.
 */
export class StorageError extends Error {
  // By name: Next gives route handlers and instrumentation copies of this module of their own.
  static override [Symbol.hasInstance](value: unknown): boolean {
    return value instanceof Error && value.name === "StorageError";
  }

  readonly code: "unavailable" | "full" | "read-only" | "too-large" | "newer-schema" | "damaged";
  /** It is not known whether what was asked for has been done. */
  declare readonly mayBeDone?: true;

  constructor(
    code: StorageError["code"],
    message: string,
    options: { cause?: unknown; mayBeDone?: boolean } = {},
  ) {
    super(message, "cause" in options ? { cause: options.cause } : undefined);
    this.name = "StorageError";
    this.code = code;
    if (options.mayBeDone) this.mayBeDone = true;
  }
}
