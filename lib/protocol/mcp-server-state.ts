import type { McpFailureCode } from "./codes.ts";

/** What people are told of an MCP server that this server's operator has named (docs/protocol.md 3.12). */
export interface McpServerState {
  name: string;
  /** Reached over HTTP, or a program that was started here. */
  type: "http" | "stdio";
  /** The host, or the program's name. */
  where: string;
  /** `waiting`: nobody has asked it yet, or it is being asked. */
  state: "waiting" | "ready" | "away";
  /** Of one that is away. */
  failure?: McpFailureCode;
  /** The HTTP status that it answered. */
  status?: number;
  /** The tools that agents are offered, as it last listed them. */
  tools: readonly McpToolState[];
  /** How many more it has that no model can be offered. */
  leftOut: number;
}

export interface McpToolState {
  /** As a model calls it. */
  name: string;
  description: string;
  effect: "read" | "write" | "network" | "code";
}
