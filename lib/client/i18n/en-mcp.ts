import type { mcpFailureCodes } from "../../protocol/codes.ts";

type FailureKey = `mcp.failure.${(typeof mcpFailureCodes)[number]}`;

/** English words about what agents are offered by the operator: code, and MCP servers. */
export const enMcp = {
  "settings.tools": "Tools",
  "settings.tools.lead":
    "What agents are offered beside the built-in tools: code, and the tools of programs elsewhere. Whoever runs this server decides.",
  "code.printed": "Printed",
  "code.copy.printed": "Copy what it printed",
  "code.name": "Code that models write",
  "code.on": "on",
  "code.off": "off",
  "code.on.note":
    "JavaScript, in a sandbox on this server without network and files: {memoryMb} MB, {seconds} s and {outputKb} KB of output each.",
  "code.off.note": "None is run. Whoever runs this server can turn it on with CODE=on.",
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
