import assert from "node:assert/strict";
import type { AgentOptions } from "#lib/agents/agent-scope.ts";
import type { Producer } from "#lib/agents/producer.ts";
import { runAgent } from "#lib/agents/run-agent.ts";
import type { Model } from "#lib/models/model.ts";
import { fold } from "#lib/protocol/fold.ts";
import type { ToolPart } from "#lib/protocol/message.ts";
import type { EventBody, RunEvent } from "#lib/protocol/run-event.ts";
import { emptyRun } from "#lib/protocol/run-state.ts";
import type { Tool } from "#lib/tools/tool.ts";
import { ids, numbered, start } from "./event-builders.ts";
import type { Production } from "./producer-bench.ts";
import { finished, type ModelLine, type ScriptedModel, says } from "./scripted-model.ts";

/** An agent of some tools as a producer, and what its runs came to. */

export const agentWith =
  (model: Model, tools: readonly Tool[], options: Partial<AgentOptions> = {}): Producer =>
  (context) =>
    runAgent(
      { ...options, agent: { name: "assistant", instructions: "Be brief.", tools, ...options.agent }, model },
      context,
    );

export const answers: ModelLine[] = [...says("done"), finished];
export const toolTypes = (events: readonly EventBody[]): string =>
  events
    .filter(({ type }) => type.startsWith("tool-") && !type.startsWith("tool-input"))
    .map((event) => ("toolCallId" in event ? `${event.type}(${event.toolCallId})` : event.type))
    .join(" ");
export const foldOf = (events: readonly EventBody[], log: readonly RunEvent[] = numbered([start()])) =>
  [...log, ...numbered(events, { startAt: log.length + 1 })].reduce(fold, emptyRun(ids.run));
export const callOf = (
  { events }: Pick<Production, "events">,
  toolCallId: string,
  log?: readonly RunEvent[],
): ToolPart =>
  foldOf(events, log).parts.find(
    (part): part is ToolPart => part.type === "tool" && part.toolCallId === toolCallId,
  ) ?? assert.fail();
/** The results that a request gives the model, the newest ones. */
export const resultsIn = (model: ScriptedModel, at: number): [id: string, output: string][] => {
  const turn = model.requests[at]?.request.messages.findLast(({ role }) => role === "tool");
  return turn?.role === "tool"
    ? turn.content.map(({ toolCallId, output }) => [toolCallId, output])
    : assert.fail();
};
