import { knownUsage } from "../models/known-usage.ts";
import type { Model, ModelContent, ModelPart } from "../models/model.ts";
import { ModelError } from "../models/model-error.ts";
import { priceUsage } from "../models/prices.ts";
import { askedAgain } from "../protocol/codes.ts";
import { isInvisible } from "../protocol/is-invisible.ts";
import { isOwnCall } from "../protocol/is-own-call.ts";
import type { EventBody, FinishReason, Usage } from "../protocol/run-event.ts";
import type { RunState } from "../protocol/run-state.ts";
import { stepText } from "../protocol/step-text.ts";
import { textHash } from "../protocol/text-hash.ts";
import { readInput } from "../tools/read-input.ts";
import type { Tool } from "../tools/tool.ts";
import type { Agent } from "./agent.ts";
import { type AgentScope, stateOf } from "./agent-scope.ts";
import type { AgentStep } from "./agent-step.ts";
import { unknownToolText } from "./plan-calls.ts";
import type { ModelCall } from "./step-parts.ts";

/** What came of one request. */
export interface StepResult {
  /** It wrote something: it is never asked again by itself. */
  hasBegun: boolean;
  finishReason?: FinishReason;
  /** The reply was no answer: why, in words for the model. */
  fault?: string;
  usage?: Usage | undefined;
  failure?: Error;
}

/** A step whose answer has ended here. */
export interface AnsweredStep {
  step: AgentStep;
  result: StepResult;
  /** The model is to be asked for the rest that its provider no longer has. */
  hasForgotten: boolean;
}

/** What a model, or its provider, says beside its answer. */
export function* noteFact(
  part: Exclude<ModelPart, ModelContent>,
  result: StepResult,
  model: Model,
  step: AgentStep,
): Generator<EventBody> {
  switch (part.type) {
    case "usage": {
      const known = knownUsage(part.usage);
      if (known) result.usage = priceUsage(known, model.prices);
      break;
    }
    case "finish":
      result.finishReason = part.reason;
      if (part.fault !== undefined) result.fault = part.fault;
      break;
    case "response":
      // The one that is read on is in the log already, with how far.
      if (part.responseId !== step.request.resume?.responseId)
        yield { type: "model-response", stepId: step.stepId, responseId: part.responseId };
      break;
    case "model":
      // A router answers with another model than it was asked for, a name for the newest one with that.
      if (part.name !== (model.askedName ?? model.id))
        yield { type: "model-name", stepId: step.stepId, name: part.name };
      break;
    default:
      part satisfies never;
  }
}

/** What the request has cost, and the run so far. */
export const usageEvent = (
  { stepId }: AgentStep,
  { id: model }: Model,
  usage: Usage,
  total: Usage,
): EventBody => ({ type: "usage", stepId, model, usage, total });

/** The rest is not to be had: the model is asked for it, by what the log says without that answer. */
export const hasForgotten = ({ hasBegun, failure }: StepResult): boolean =>
  !hasBegun && failure instanceof ModelError && failure.facts.reason === "forgotten";

/**
 * The end of a model's answer: first what each call is given, then those that no tool can be given, and the
 * end of the step, unless there are calls to run in it.
 */
export function* answerEvents(
  { agent, tools }: AgentScope,
  step: AgentStep,
  result: StepResult,
): Generator<EventBody> {
  const { stepId, attempt, parts } = step;
  const { finishReason = "other", failure } = result;
  if (failure) return yield { type: "continue-step", stepId, attempt, reason: askedAgain };
  step.accepted();
  yield* parts.end();
  const read = parts.calls().map((call) => readModelCall(call, finishReason, tools.get(call.toolName)));
  yield* read.map(({ input }) => input);
  yield* read.flatMap(({ refusal }) => refusal ?? []);
  if (read.some(({ input, refusal }) => input.type === "tool-input-available" && !refusal)) return;
  const isReply = read.length > 0 || finishReason === "length" || parts.hasRefused();
  const fault = result.fault ?? (isReply ? undefined : faultOf(agent, step));
  yield stepFinish(stepId, finishReason, { ...result, fault }, parts.text());
}

/** What is wrong with an answer that calls nothing and is not cut off. */
function faultOf({ output }: Agent, { parts }: AgentStep): string | undefined {
  if (output) return parts.objectFault();
  return isInvisible(parts.text()) ? emptyFault : undefined;
}

const emptyFault =
  "FAILURE: Your previous response was empty. Answer the question, or call a tool that gets you closer to it.";

interface ReadCall {
  input: EventBody;
  /** A result at once. */
  refusal?: EventBody;
}

function readModelCall(
  { toolCallId, toolName, input: text, providerMetadata }: ModelCall,
  finishReason: FinishReason,
  tool: Tool | undefined,
): ReadCall {
  const given = providerMetadata && { providerMetadata };
  const isCutOff = finishReason === "length" || finishReason === "content-filter";
  const isWhole = finishReason === "tool-calls" || finishReason === "stop";
  const { type, input, ...fault } = readInput(toolName, text, { tool, isWhole });
  const call = { toolCallId, toolName, input };
  if (type === "invalid") {
    const errorText = "errorText" in fault ? fault.errorText : "";
    return { input: { type: "tool-input-error", ...call, errorText, ...given } };
  }
  const available = { type: "tool-input-available", ...call, ...given } as const;
  if (tool && !isCutOff) return { input: available };
  const errorText = tool ? "the answer was cut off before the tool was run" : unknownToolText(toolName);
  const code = tool ? "cut-off" : "unknown_tool";
  return { input: available, refusal: { type: "tool-output-error", toolCallId, errorText, code } };
}

/** Calls of the step whose answer has just ended that have no result. */
export const hasOpenCalls = (
  { parts }: RunState,
  { step: { stepId }, hasForgotten: isLost }: AnsweredStep,
): boolean =>
  !isLost && parts.some((part) => isOwnCall(part) && part.stepId === stepId && part.endedAt === undefined);

/** The end of a step whose calls all have their results. `result`: where its answer has ended here. */
export function finishOfCalls(scope: AgentScope, stepId: string, result?: StepResult): EventBody {
  const { finishReason = "tool-calls" } = result ?? {};
  return stepFinish(stepId, finishReason, result ?? {}, stepText(stateOf(scope).parts, stepId));
}

function stepFinish(
  stepId: string,
  finishReason: FinishReason,
  { usage, fault }: { usage?: Usage | undefined; fault?: string | undefined },
  text: string,
): EventBody {
  return {
    ...{ type: "finish-step", stepId, finishReason },
    ...(text !== "" && { textHash: textHash(text) }),
    ...(fault !== undefined && { fault }),
    ...(usage && { usage }),
  };
}

export const cutOff = (): ModelError =>
  new ModelError("cut-off", "the answer stopped before its end", { retryable: true });
