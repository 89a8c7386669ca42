import type { ToolEffect } from "../tools/tool.ts";

/** An MCP server as its operator describes it: how it is reached, and what its tools do. */
export interface McpServerConfig {
  /** Its tools' names begin with it. */
  name: string;
  reach: HttpReach | StdioReach;
  /** The only tools that are offered; absent: all of them. */
  tools?: readonly string[];
  /** Of tools that `effects` does not name; what the server itself says of that counts for nothing. */
  effect: ToolEffect;
  effects: Readonly<Record<string, ToolEffect>>;
  /** How long a call may bring neither an answer nor progress, ms. */
  idleTimeoutMs: number;
}

export interface HttpReach {
  type: "http";
  url: string;
  headers: Readonly<Record<string, string>>;
}

/** A program that is started here and speaks over its standard input and output. */
export interface StdioReach {
  type: "stdio";
  command: string;
  args: readonly string[];
  /** Beside PATH, HOME and the like; nothing else of our own environment reaches it. */
  env: Readonly<Record<string, string>>;
  cwd?: string;
}

/** For words: where it is. No secret stands in a host or in a program's name. */
export const whereIs = (reach: McpServerConfig["reach"]): string =>
  reach.type === "http" ? new URL(reach.url).host : (reach.command.split(/[/\\]/).at(-1) ?? "");
