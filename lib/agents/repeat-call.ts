import type { ToolPart } from "../protocol/message.ts";
import type { EventBody } from "../protocol/run-event.ts";
import { type AgentScope, stateOf } from "./agent-scope.ts";
import type { NextStep } from "./next-step.ts";

type Repeat = Extract<NextStep, { type: "repeat" }>;

/**
 * A step of its own with the call of the continued answer that a person wants made once more, as its model
 * made it: what of it is not in the log yet. False: the conversation was deleted, or the call is not there.
 */
export async function* repeatEvents(
  scope: AgentScope,
  { toolCallId: retryOf, step }: Repeat,
): AsyncGenerator<EventBody, boolean> {
  const call = (await continuedParts(scope)).find(
    (part): part is ToolPart => part.type === "tool" && part.toolCallId === retryOf,
  );
  if (!call) return false;
  const { agent, share } = scope;
  const stepId = step?.stepId ?? share.context.newId().slice(-8);
  if (!step) yield { type: "start-step", stepId, index: 0, agent: agent.name };
  const { toolName, inputText, input } = call;
  const begun = stateOf(scope).parts.find((part): part is ToolPart => part.type === "tool");
  const toolCallId = begun?.toolCallId ?? `${retryOf.replace(/_[0-9a-f]{8}$/, "")}_${stepId}`;
  share.callIds.add(toolCallId);
  if (!begun) yield { type: "tool-input-start", toolCallId, toolName, stepId, retryOf };
  if (inputText !== "" && !begun?.inputText)
    yield { type: "tool-input-delta", toolCallId, inputTextDelta: inputText };
  yield { type: "tool-input-available", toolCallId, toolName, input };
  return true;
}

async function continuedParts(scope: AgentScope): Promise<readonly ToolPart[] | readonly never[]> {
  const answer = (await scope.history())?.at(-1);
  return answer?.role === "assistant" ? answer.parts.filter((part) => part.type === "tool") : [];
}
