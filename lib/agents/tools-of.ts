import type { Tool } from "../tools/tool.ts";
import type { Agent } from "./agent.ts";

/** By name; a tool of the agent's own comes before a listed one of its name. */
export function toolsOf({ tools = [] }: Agent, listed: readonly Tool[]): ReadonlyMap<string, Tool> {
  const offered =
    tools === "read"
      ? listed.filter(isOffered)
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

const isOffered = ({ effect, isTurnedOn, definitionHash }: Tool): boolean =>
  effect === "read" || isTurnedOn === true || definitionHash !== undefined;
