import type { McpServerState } from "../protocol/mcp-server-state.ts";
import { fetchJson, type JsonResult } from "./fetch-json.ts";

export type McpServersResult = JsonResult<{ servers: readonly McpServerState[] }>;

/** The MCP servers that the operator named (protocol 3.12). A failure is a value, not an exception. */
export const readMcpServers = (signal: AbortSignal): Promise<McpServersResult> =>
  fetchJson((...args) => fetch(...args), "/api/mcp-servers", { signal });
