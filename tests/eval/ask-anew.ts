import type { Agent } from "#lib/agents/agent.ts";
import { streamAgent } from "#lib/agents/stream-agent.ts";
import type { Model } from "#lib/models/model.ts";
import type { RunEvent } from "#lib/protocol/run-event.ts";
import type { RunFixture } from "#lib/protocol/run-fixture.ts";
import { hashOfJson } from "#lib/tools/call-hash.ts";
import type { Tool } from "#lib/tools/tool.ts";

export interface AskAnewOptions {
  agents: readonly Agent[];
  /** Those that are listed for agents. */
  tools: readonly Tool[];
  /** Who is asked now. */
  model: Model;
  pickModel?(id: string): Promise<Model>;
  /** In place of what its agent is told. */
  instructions?: string;
}

/**
 * Asks what was asked in a recorded run once more, of a model that answers now. No tool does anything: a call
 * that was made then, of the same tool with the same arguments, gives what it gave; any other one fails.
 */
export async function askAnew(fixture: RunFixture, options: AskAnewOptions): Promise<readonly RunEvent[]> {
  const { messages, events: recorded } = fixture;
  const [start] = recorded;
  const name = start?.type === "start" ? start.agent : "";
  const given = options.agents.find((agent) => agent.name === name);
  if (!given) throw new Error(`no agent here is named ${name}; a workflow is told in its own file`);
  const asked = {
    ...given,
    ...(options.instructions !== undefined && { instructions: options.instructions }),
  };
  const others = options.agents.filter((agent) => agent !== given);
  const agents = [asked, ...others].map((agent) => withTools(agent, recorded));
  const [agent = asked] = agents;
  await using run = streamAgent({
    ...{ agent, agents, model: options.model, input: messages },
    tools: options.tools.map((tool) => givesRecorded(tool, recorded)),
    policy: () => "run",
    ...(options.pickModel && { pickModel: options.pickModel }),
  });
  const events: RunEvent[] = [];
  for await (const event of run.events()) events.push(event);
  return events;
}

const withTools = (agent: Agent, recorded: readonly RunEvent[]): Agent =>
  Array.isArray(agent.tools)
    ? {
        ...agent,
        tools: agent.tools.map((tool: Tool | string) =>
          typeof tool === "string" || "agent" in tool ? tool : givesRecorded(tool, recorded),
        ),
      }
    : agent;

function givesRecorded(tool: Tool, recorded: readonly RunEvent[]): Tool {
  const given = outcomesOf(tool.name, recorded);
  return {
    ...tool,
    run(input) {
      const outcomes = given.get(hashOfJson(input)) ?? [];
      const outcome = outcomes.length > 1 ? outcomes.shift() : outcomes[0];
      if (outcome?.type === "tool-output-available") return outcome.output;
      throw new Error(
        outcome?.type === "tool-output-error" ? outcome.errorText : "nothing was recorded of such a call",
      );
    },
  };
}

/** What the calls of a tool came to, by their arguments, in their order. */
function outcomesOf(toolName: string, recorded: readonly RunEvent[]): Map<string, RunEvent[]> {
  const outcomes = new Map<string, RunEvent[]>();
  for (const call of recorded) {
    if (call.type !== "tool-input-available" || call.toolName !== toolName) continue;
    const outcome = recorded.findLast(
      (event) =>
        (event.type === "tool-output-available" || event.type === "tool-output-error") &&
        event.toolCallId === call.toolCallId,
    );
    const key = hashOfJson(call.input);
    if (outcome) outcomes.set(key, [...(outcomes.get(key) ?? []), outcome]);
  }
  return outcomes;
}
