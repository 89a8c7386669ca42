import type { ApiClient } from "./api-client.ts";
import { waitUntil } from "./wait-until.ts";

/** Waits for the tools of MCP servers: a busy machine may take longer to list them than a run waits. */
export const untilListed = (client: ApiClient): Promise<void> =>
  waitUntil(
    "the servers are listed",
    async () => {
      const { servers } = await (await client.request("/api/mcp-servers")).json();
      return servers.every(({ state }: { state: string }) => state === "ready");
    },
    20_000,
  );
