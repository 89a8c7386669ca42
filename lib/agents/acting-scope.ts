import { ModelError } from "../models/model-error.ts";
import { UnknownModelError } from "../models/unknown-model-error.ts";
import type { HandoffPart, Part } from "../protocol/message.ts";
import type { EventBody } from "../protocol/run-event.ts";
import type { Agent } from "./agent.ts";
import { type AgentOptions, type AgentScope, equipped, stateOf, takesInbox } from "./agent-scope.ts";
import { handoffTool, handoffToolName, readHandoff } from "./handoff-tool.ts";

/*
 * Hand-offs: which of several agents acts in one answer. The log says it, to whoever goes on with the run:
 *
 * 1. The agent that was asked acts, and from a `handoff` on the one that it names. What the acting one is
 *    told, its tools and its model are its own; the conversation, and what an answer may use up, stay the
 *    same.
 * 2. A `handoff` is written behind the results of the step that called for it. Of several calls the last one
 *    counts.
 * 3. An answer that is continued goes on with the agent that had it last.
 */

/** The loop of the agent that acts now. */
export async function actingScope(scope: AgentScope): Promise<AgentScope> {
  const { agents = [], pickModel } = scope.share.options;
  const { parts } = stateOf(scope);
  const handoffs = parts.filter(isHandoff);
  const name = (handoffs.at(-1) ?? (await handoffBefore(scope)))?.to;
  const other = agents.find((each) => each.name === name);
  const agent = other && other.name !== scope.agent.name ? withCapsOf(scope.agent, other) : scope.agent;
  const tool = handoffTool({
    ...{ agent, agents, handoffs: handoffs.length },
    hasModel: (id) => isListed(id, pickModel),
  });
  if (agent === scope.agent && !tool) return scope;
  const isOther = agent !== scope.agent;
  const model =
    isOther && agent.model !== undefined && pickModel ? await pickModel(agent.model) : scope.model;
  const { tools, ...acting } = isOther
    ? equipped(agent, model, scope.share.options)
    : { model, tools: scope.tools };
  return {
    ...scope,
    ...acting,
    agent,
    tools: new Map([...tools, ...(tool ? [[handoffToolName, tool] as const] : [])]),
  };
}

/** That a call of the step has handed the request over, unless that is in the log. (2) */
export function* handoffEvents(scope: AgentScope, stepId: string): Generator<EventBody> {
  const { name: from, handoffs = [] } = scope.agent;
  const parts = stateOf(scope).parts.filter((part) => part.stepId === stepId);
  if (parts.some(isHandoff)) return;
  const made = parts.flatMap((part) =>
    part.type === "tool" && part.toolName === handoffToolName && part.state === "output-available"
      ? (readHandoff(part.input) ?? [])
      : [],
  );
  const last = made.findLast(({ to_agent }) => handoffs.includes(to_agent));
  if (!last) return;
  const { to_agent: to, reason } = last;
  yield { type: "handoff", stepId, from, to, ...(reason !== undefined && { reason }) };
}

const isHandoff = (part: Part): part is HandoffPart => part.type === "handoff";

/** (3) */
async function handoffBefore(scope: AgentScope): Promise<HandoffPart | undefined> {
  if (!takesInbox(scope) || !scope.agent.handoffs?.length) return undefined;
  const { share } = scope;
  share.messages ??= share.peeked = await share.context.history();
  const last = share.messages?.at(-1);
  return last?.role === "assistant"
    ? last.parts.filter(({ parentToolCallId }) => parentToolCallId === undefined).findLast(isHandoff)
    : undefined;
}

/** Any other failure is told by the model itself, when it is asked. */
async function isListed(id: string, pickModel: AgentOptions["pickModel"]): Promise<boolean> {
  try {
    await pickModel?.(id);
    return true;
  } catch (error) {
    if (error instanceof UnknownModelError || error instanceof ModelError) return false;
    throw error;
  }
}

/** (1) */
function withCapsOf({ maxSteps, maxTokens, maxMs, atMaxSteps }: Agent, other: Agent): Agent {
  const { maxSteps: _s, maxTokens: _t, maxMs: _m, atMaxSteps: _a, ...agent } = other;
  return {
    ...agent,
    ...(maxSteps !== undefined && { maxSteps }),
    ...(maxTokens !== undefined && { maxTokens }),
    ...(maxMs !== undefined && { maxMs }),
    ...(atMaxSteps !== undefined && { atMaxSteps }),
  };
}
