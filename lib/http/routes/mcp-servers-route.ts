import { forVisitors } from "../route.ts";

export const mcpServersRoute = {
  /** The MCP servers that the operator named, what is known of them, and their tools (protocol 3.12). */
  GET: forVisitors(async (_, { mcpServers }) => Response.json({ servers: await mcpServers.states() })),
};
