import type { AgentListing } from "../protocol/agent-listing.ts";
import type { ClientEnvironment } from "./environment.ts";
import { fetchJson, type JsonResult } from "./fetch-json.ts";

/** The agents of this server, the one that answers where none is named first (protocol 3.7). */
export const getAgents = (
  fetch: ClientEnvironment["fetch"],
  signal: AbortSignal,
): Promise<JsonResult<{ agents: readonly AgentListing[] }>> => fetchJson(fetch, "/api/agents", { signal });
