import type { Agent } from "./agent.ts";
import { isAgentTool } from "./agent-tool.ts";

/** All of them, and those that are their tools, and the tools of those. Several may have one name. */
export function knownAgents(agents: readonly Agent[]): readonly Agent[] {
  const known = new Set<Agent>();
  const add = (agent: Agent): void => {
    if (known.has(agent)) return;
    known.add(agent);
    for (const tool of Array.isArray(agent.tools) ? agent.tools : [])
      if (typeof tool !== "string" && isAgentTool(tool)) add(tool.agent);
  };
  for (const agent of agents) add(agent);
  return [...known];
}
