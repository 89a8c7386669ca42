import type { McpServerState } from "../protocol/mcp-server-state.ts";
import type { Tool } from "../tools/tool.ts";
import { createMcpServer, type McpServerOptions } from "./mcp-server.ts";
import type { McpServerConfig } from "./mcp-server-config.ts";
import { createMcpTool } from "./mcp-tool.ts";

/** The servers that the operator named, and their tools. */
export interface McpServers {
  /**
   * What a run that begins is offered, for as long as it goes on. A server that is away costs its tools, and
   * a moment at most. `goesOn`: it was begun elsewhere, and waits for servers that were never reached here.
   */
  tools(goesOn?: boolean): Promise<readonly Tool[]>;
  /** In the operator's order; whoever looks is not kept waiting. */
  states(): Promise<readonly McpServerState[]>;
  /** Ends the connections, and the programs that were started here. */
  close(): Promise<void>;
}

interface McpServersOptions extends Omit<McpServerOptions, "connect"> {
  /** Told to the servers. */
  version: string;
}

export function createMcpServers(
  configs: readonly McpServerConfig[],
  { version, ...options }: McpServersOptions,
): McpServers {
  // The protocol's client is loaded where there is a server to speak to.
  const connect: McpServerOptions["connect"] = async (config, hooks) => {
    const { connectServer } = await import("./connect-server.ts");
    return connectServer(config, { version, ...hooks });
  };
  const servers = configs.map((config) => createMcpServer(config, { ...options, connect }));

  return {
    async tools(goesOn) {
      const lists = await Promise.all(servers.map((server) => server.list(goesOn)));
      return servers.flatMap((server, at) => (lists[at] ?? []).map((tool) => createMcpTool(server, tool)));
    },
    async states() {
      await Promise.all(servers.map((server) => server.list()));
      return servers.map((server) => server.state());
    },
    async close() {
      await Promise.all(servers.map((server) => server.close()));
    },
  };
}
