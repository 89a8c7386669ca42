import { ModelError } from "../models/model-error.ts";
import { answerText } from "../protocol/answer-text.ts";
import { type ClosingReason, closingEvents } from "../protocol/closing-events.ts";
import { isRecord } from "../protocol/is-record.ts";
import type { ToolPart } from "../protocol/message.ts";
import type { EventBody } from "../protocol/run-event.ts";
import type { RunState } from "../protocol/run-state.ts";
import { toolOutput } from "../tools/tool-output.ts";
import { type AgentScope, nestedScope } from "./agent-scope.ts";
import type { AgentTool } from "./agent-tool.ts";
import { objectIn } from "./output/object-in.ts";
import type { Outcome } from "./producer.ts";
import { scopedState } from "./scoped-state.ts";

/** Of agents that are tools of one another: what goes deeper is a circle. */
const maxAgentDepth = 4;

interface AgentCall {
  tool: AgentTool;
  part: ToolPart;
  signal: AbortSignal;
  emit(event: EventBody): Promise<void>;
}

/**
 * A call to an agent: its steps, from wherever the log stands, and then its answer as the output. True: it
 * waits for a person, and goes on from the log when it is called once more.
 */
export async function runAgentCall(scope: AgentScope, call: AgentCall): Promise<boolean> {
  const { part, signal, emit } = call;
  const { toolCallId } = part;
  const outcome = await drive(scope, call);
  if (signal.aborted || outcome.type === "aborted") return false;
  if (outcome.type === "waiting") return true;
  const isDurable = await scope.share.context.durable().then(
    () => true,
    // The lease is lost: another holder goes on.
    () => false,
  );
  if (!isDurable) return false;
  const failure = agentFailure(outcome);
  if (outcome.type === "failed") scope.share.failures.set(toolCallId, outcome.failure);
  if (failure !== undefined)
    for (const event of closingsInside(scope.share.context.state, toolCallId, {
      ...{ code: "agent-failed", errorText: failure },
    }))
      await emit(event);
  const state = scopedState(scope.share.context.state, { parentToolCallId: toolCallId });
  const answer = call.tool.agent.output ? objectIn(state)?.value : newestText(state);
  await emit(
    failure === undefined && answer !== "" && answer !== undefined
      ? toolOutput(toolCallId, answer)
      : {
          ...{ type: "tool-output-error", toolCallId, code: "agent-failed" },
          errorText: failure ?? "the agent gave no answer",
        },
  );
  return false;
}

/** Never rejects. */
async function drive(scope: AgentScope, { tool, part, signal, emit }: AgentCall): Promise<Outcome> {
  if (scope.depth >= maxAgentDepth) return { type: "failed", failure: tooManyAgents };
  try {
    const request = isRecord(part.input) ? String(part.input["request"]) : "";
    const inside = await nestedScope(scope, tool.agent, { part, request, signal });
    const events = scope.share.runSteps(inside);
    for (;;) {
      const { done, value } = await events.next();
      if (done) return value;
      await emit(value);
      if (signal.aborted) return await events.return({ type: "aborted" }).then(() => ({ type: "aborted" }));
    }
  } catch (failure) {
    return signal.aborted ? { type: "aborted" } : { type: "failed", failure };
  }
}

const tooManyAgents = new ModelError("limit-reached", "agents ask one another too deep", {
  retryable: false,
});

/** In words for the model that called. */
function agentFailure(outcome: Outcome): string | undefined {
  switch (outcome.type) {
    case "failed":
      return outcome.failure instanceof ModelError ? outcome.failure.message : "the agent failed";
    case "interrupted":
      return outcome.errorText;
    case "finished":
    case "aborted":
    case "waiting":
      return undefined;
    default:
      return outcome satisfies never;
  }
}

/** What its last step that said something has said. */
export function newestText({ steps, parts }: RunState): string {
  const texts = steps.map(({ stepId }) => answerText(parts.filter((part) => part.stepId === stepId)));
  return texts.findLast((text) => text !== "") ?? "";
}

/** What a call left open inside of it, however deep. */
export function closingsInside(state: RunState, toolCallId: string, reason: ClosingReason): EventBody[] {
  const inside = new Set<string>();
  let calls = [toolCallId];
  while (calls.length > 0) {
    const steps = state.steps.filter(({ parentToolCallId = "" }) => calls.includes(parentToolCallId));
    for (const { stepId } of steps) inside.add(stepId);
    calls = state.parts.flatMap((part) =>
      part.type === "tool" && steps.some(({ stepId }) => stepId === part.stepId) ? [part.toolCallId] : [],
    );
  }
  return closingEvents(
    {
      ...state,
      steps: state.steps.filter(({ stepId }) => inside.has(stepId)),
      parts: state.parts.filter(({ stepId }) => inside.has(stepId)),
    },
    reason,
  );
}
