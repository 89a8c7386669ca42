import type { AgentListing } from "../protocol/agent-listing.ts";
import type { Agent } from "./agent.ts";

/** What everybody may know of agents; how they are told to behave is not among it. */
export const listAgents = (agents: readonly Agent[]): AgentListing[] =>
  agents.map(({ name, description, model, tools = [], handoffs = [] }) => ({
    name,
    ...(description !== undefined && { description }),
    ...(model !== undefined && { model }),
    tools: tools === "read" ? tools : tools.map((tool) => (typeof tool === "string" ? tool : tool.name)),
    handoffs,
  }));
