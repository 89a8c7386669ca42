import type { McpFailureCode } from "../protocol/codes.ts";

/** What an MCP server, or the way to it, failed with, in words for the model and for people. */
export class McpError extends Error {
  readonly code: McpFailureCode;
  /** The HTTP status that it answered. */
  readonly status?: number;

  constructor(
    code: McpFailureCode,
    words: string,
    { status, cause }: { status?: number; cause?: unknown } = {},
  ) {
    super(words, cause === undefined ? undefined : { cause });
    this.name = "McpError";
    this.code = code;
    if (status !== undefined) this.status = status;
  }
}
