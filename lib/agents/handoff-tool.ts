import { z } from "zod";
import { defineTool } from "../tools/define-tool.ts";
import type { Tool } from "../tools/tool.ts";
import type { Agent } from "./agent.ts";

/** The name of the tool, which no tool of an agent's own may have. */
export const handoffToolName = "handoff";

/** How often agents may hand over in one answer: what goes on for longer is a circle. */
export const maxHandoffs = 8;

const handoffInput = z.object({ to_agent: z.string(), reason: z.string().optional() });

export interface HandoffToolOptions {
  agent: Agent;
  /** All that there are. */
  agents: readonly Agent[];
  /** How often it was handed over in this answer. */
  handoffs: number;
  /** Whether there is a model of that name. */
  hasModel(id: string): Promise<boolean>;
}

/** Lets an agent hand the request over to one of those that it may; undefined: to none. */
export function handoffTool(options: HandoffToolOptions): Tool | undefined {
  const { agent, agents, handoffs, hasModel } = options;
  const targets = agents.filter(({ name }) => name !== agent.name && agent.handoffs?.includes(name));
  if (targets.length === 0) return undefined;
  const names = targets.map(({ name }) => name);
  const tool = defineTool({
    name: handoffToolName,
    description:
      "Hands the request over to another agent, which goes on with it in your place and knows all that was said. " +
      `Do so when another one is better suited. The agents are:\n${targets.map(agentLine).join("\n")}`,
    effect: "read",
    input: handoffInput,
    async run({ to_agent, reason }) {
      const target = targets.find(({ name }) => name === to_agent);
      if (!target)
        throw new Error(
          `Agent ${to_agent} not found. Select a valid agent to hand off to: ${names.join(", ")}.`,
        );
      if (handoffs >= maxHandoffs)
        throw new Error(`The request was handed over ${maxHandoffs} times already. Answer it yourself.`);
      if (target.model !== undefined && !(await hasModel(target.model)))
        throw new Error(`Agent ${to_agent} cannot be asked: its model is not available. ${orAnswer}`);
      return takenOver(to_agent, reason);
    },
  });
  return { ...tool, inputSchema: withNames(tool, names) };
}

/** What a call of it says; undefined for one that says nothing of the kind. */
export const readHandoff = (input: unknown): z.output<typeof handoffInput> | undefined =>
  handoffInput.safeParse(input).data;

const orAnswer = "Hand off to another agent, or answer the request yourself.";

const agentLine = ({ name, description }: Agent): string =>
  `- ${name}${description === undefined ? "" : `: ${description}`}`;

const takenOver = (name: string, reason: string | undefined): string =>
  `Agent ${name} is now handling the request${
    reason === undefined ? "" : ` due to the following reason: ${reason}`
  }\nPlease continue with the current request.`;

/** The model is told which names there are; one that it invents is answered in words all the same. */
const withNames = ({ inputSchema }: Tool, names: readonly string[]): Tool["inputSchema"] => ({
  ...inputSchema,
  properties: {
    to_agent: { type: "string", enum: names, description: "The name of the agent." },
    reason: { type: "string", description: "Why, in a sentence that the person may read." },
  },
});
