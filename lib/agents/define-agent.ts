import type { Agent } from "./agent.ts";

/** An agent in one file. Throws `TypeError` for a name that no request could have. */
export function defineAgent(agent: Agent): Agent {
  if (!/^[A-Za-z0-9_-]{1,64}$/.test(agent.name))
    throw new TypeError(`an agent's name has 1 to 64 of A-Z, a-z, 0-9, _ and -: ${agent.name}`);
  return Object.freeze({ ...agent });
}
