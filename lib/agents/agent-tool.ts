import { z } from "zod";
import { defineTool } from "../tools/define-tool.ts";
import type { Tool } from "../tools/tool.ts";
import type { Agent } from "./agent.ts";

/** A tool that is an agent: its steps run inside the call, and its answer is the output. */
export interface AgentTool extends Tool {
  readonly agent: Agent;
}

/**
 * An agent as a tool of another one. It is given a request in words and knows nothing else of the
 * conversation. It only reads, as far as its call goes: what its own tools do, they ask for themselves.
 */
export function agentTool(
  agent: Agent,
  { name = agent.name, description = agent.description ?? `Asks the agent ${agent.name}.` } = {},
): AgentTool {
  const input = z.object({ request: z.string().describe("What it is to do, with all that it has to know.") });
  const run = (): never => {
    throw new TypeError(`the agent ${agent.name} runs in steps, not as a function`);
  };
  return { ...defineTool({ name, description, effect: "read", input, run }), agent };
}

export const isAgentTool = (tool: Tool): tool is AgentTool => "agent" in tool;
