import type { Tool } from "../tools/tool.ts";
import type { Agent } from "./agent.ts";

/** By name; a tool of the agent's own comes before a listed one of its name. */
export function toolsOf({ tools = [] }: Agent, listed: readonly Tool[]): ReadonlyMap<string, Tool> {
  const offered =
    tools === "read"
      ? listed.filter(({ effect, definitionHash }) => effect === "read" || definitionHash !== undefined)
      : tools.flatMap((tool) =>
          typeof tool === "string" ? listed.filter(({ name }) => name === tool) : [tool],
        );
  return new Map(
    offered
      .toReversed()
      .map((tool) => [tool.name, tool])
      .toReversed() as [string, Tool][],
  );
}
