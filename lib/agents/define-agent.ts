import type { Agent } from "./agent.ts";
import { handoffToolName } from "./handoff-tool.ts";

/**
 * An agent in one file. Throws `TypeError` for a name that no request could have, and for a tool of a name
 * that is taken.
 */
export function defineAgent(agent: Agent): Agent {
  if (!/^[A-Za-z0-9_-]{1,64}$/.test(agent.name))
    throw new TypeError(`an agent's name has 1 to 64 of A-Z, a-z, 0-9, _ and -: ${agent.name}`);
  const tools = typeof agent.tools === "string" ? [] : (agent.tools ?? []);
  if (tools.some((tool) => (typeof tool === "string" ? tool : tool.name) === handoffToolName))
    throw new TypeError(`${handoffToolName} is the tool by which agents hand over: ${agent.name} names it`);
  return Object.freeze({ ...agent });
}
