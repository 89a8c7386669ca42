import type { mcpFailureCodes } from "../../protocol/codes.ts";

type FailureKey = `mcp.failure.${(typeof mcpFailureCodes)[number]}`;

/** English words about MCP servers. */
export const enMcp = {
  "settings.tools": "Tool servers",
  "settings.tools.lead":
    "Programs elsewhere whose tools agents are offered. Whoever runs this server names them.",
  "mcp.none": "No tool servers",
  "mcp.none.note": "Whoever runs this server can name some in MCP_SERVERS.",
  "mcp.loading": "Asking them…",
  "mcp.failed": "The list could not be loaded.",
  "mcp.http": "at {where}",
  "mcp.stdio": "the program {where}, on this server",
  "mcp.ready": "connected",
  "mcp.waiting": "not asked yet",
  "mcp.away": "away",
  "mcp.tools": "{n} tools",
  "mcp.leftout": "{n} more cannot be offered to a model.",
  "mcp.failure": "Its tools are not offered now: {why}",
  "mcp.failure.unreachable": "it cannot be reached.",
  "mcp.failure.not-started": "its command was not found, or may not be run.",
  "mcp.failure.ended": "it ended its connection.",
  "mcp.failure.timeout": "it did not answer in time.",
  "mcp.failure.unauthorized": "it does not accept this server's credentials.",
  "mcp.failure.refused": "it refused to answer.",
  "mcp.failure.not-mcp": "what answers there does not speak MCP.",
  "mcp.failure.too-large": "it sent more than is read.",
} as const satisfies Record<FailureKey, string> & Record<string, string>;
