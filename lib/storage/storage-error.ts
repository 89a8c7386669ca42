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
  /** It stays so until this process is started anew: nothing is written by it any more. */
  declare readonly untilRestart?: true;
  /** The same for everybody who asks after this server's health: no path, no address, no text of people. */
  declare readonly detail?: string;

  constructor(
    code: StorageError["code"],
    message: string,
    options: { cause?: unknown; mayBeDone?: boolean; untilRestart?: boolean; detail?: string } = {},
  ) {
    super(message, "cause" in options ? { cause: options.cause } : undefined);
    this.name = "StorageError";
    this.code = code;
    if (options.mayBeDone) this.mayBeDone = true;
    if (options.untilRestart) this.untilRestart = true;
    if (options.detail !== undefined) this.detail = options.detail;
  }
}
