import { knownUsage } from "../models/known-usage.ts";
import { isContent, type Model, type ModelPart } from "../models/model.ts";
import { ModelError } from "../models/model-error.ts";
import { priceUsage } from "../models/prices.ts";
import { addUsage } from "../protocol/add-usage.ts";
import { closingEvents } from "../protocol/closing-events.ts";
import { askedAgain } from "../protocol/codes.ts";
import type { EventBody, FinishReason, Usage } from "../protocol/run-event.ts";
import type { RunState, Step } from "../protocol/run-state.ts";
import type { ApprovalPolicy } from "../tools/tool.ts";
import type { Agent } from "./agent.ts";
import { type AgentStep, type AskedStep, createAgentStep } from "./agent-step.ts";
import { answerUnknownCall } from "./answer-unknown-call.ts";
import { createModelRetries } from "./model-retry.ts";
import { nextStep } from "./next-step.ts";
import type { Outcome, ProducerContext } from "./producer.ts";

export interface AgentOptions {
  agent: Agent;
  model: Model;
  /** Absent: what only reads runs, everything else asks. */
  policy?: ApprovalPolicy;
  /** How long the model coalesces its deltas, ms; absent: its default. */
  coalesceMs?: number;
  /** How long a model's server that is starting is waited for, ms; absent: as for any failure. */
  startMs?: number;
}

/**
 * An agent as a producer (producer.ts): one model request a step, until the log says that nothing is left to
 * do. A model that fails before it said anything is asked again, at most twice, each time with a `retry`
 * event. When the provider fails or the answer is cut off, the parts written so far are left open.
 */
export async function* runAgent(
  { model, startMs = 0, ...options }: AgentOptions,
  context: ProducerContext,
): AsyncGenerator<EventBody, Outcome> {
  const { signal } = context;
  let spent = context.state.total;
  let isAskedAgain = false;
  for (;;) {
    const next = nextStep(context.state);
    if (next.type === "end") return next.outcome;
    if (next.type === "answer-calls") {
      yield* unknownCallEvents(context.state, next.step);
      await context.durable();
      continue;
    }
    const history = await context.history();
    // Deleted a moment ago: its stop is on the way.
    if (!history) return { type: "aborted" };
    const step = createAgentStep(next, { ...options, model, history, isAskedAgain, context });
    const spentBefore = spentBeforeAnswer(next, spent);
    yield* step.opening;
    let waitMs = waitLeft(step, context);
    const retries = createModelRetries({ ...step, startMs, random: context.random });
    for (;;) {
      if (waitMs > 0) await context.clock.sleep(waitMs, signal);
      await context.mayStart();
      if (signal.aborted) return { type: "aborted" };
      const result: StepResult = { hasBegun: false };
      try {
        // Here and not in a generator of its own: each one more costs every delta.
        for await (const part of model.stream(step.request, signal)) {
          if (isContent(part)) {
            result.hasBegun = true;
            for (const event of step.parts.take(part)) yield event;
          } else if (part.type === "usage") result.usage = knownUsage(part.usage) ?? result.usage;
          else if (part.type === "finish") result.finishReason = part.reason;
          else if (part.type === "response") yield* responseEvents(step, part.responseId);
          else yield* nameEvents(part, model, step);
        }
        if (result.finishReason === undefined) result.failure = cutOff();
      } catch (error) {
        // What it cost is written first.
        result.failure = error instanceof Error ? error : new Error(String(error), { cause: error });
      }
      if (result.usage) {
        result.usage = priceUsage(result.usage, model.prices);
        spent = addUsage(step.request.resume ? spentBefore : spent, result.usage);
        yield { type: "usage", stepId: step.stepId, model: model.id, usage: result.usage, total: spent };
      }
      if (signal.aborted) return { type: "aborted" };
      isAskedAgain = hasForgotten(result);
      if (!result.failure || isAskedAgain) {
        yield* endingEvents(step, result);
        break;
      }
      const retry = result.hasBegun ? undefined : retries.next(result.failure);
      if (!retry) return { type: "failed", failure: result.failure };
      yield retry;
      waitMs = retry.inMs;
    }
    // The log decides what comes next, here as after a takeover.
    await context.durable();
  }
}

/** An answer that is read on is reported as a whole: that replaces what was reported of it before. */
const spentBeforeAnswer = (next: AskedStep, spent: Usage | undefined): Usage | undefined =>
  next.type !== "start" && next.reported ? next.reported.before : spent;

/** The one that is read on is in the log already, with how far. */
const responseEvents = ({ stepId, request: { resume } }: AgentStep, responseId: string): EventBody[] =>
  responseId === resume?.responseId ? [] : [{ type: "model-response", stepId, responseId }];

/** The rest is not to be had: the model is asked for it, by what the log says without that answer. */
const hasForgotten = ({ hasBegun, failure }: StepResult): boolean =>
  !hasBegun && failure instanceof ModelError && failure.facts.reason === "forgotten";

/** There is no tool here that its calls could go on with. */
const unknownCallEvents = (state: RunState, step: Step): EventBody[] =>
  closingEvents(
    { ...state, steps: [step], parts: state.parts.filter(({ stepId }) => stepId === step.stepId) },
    { code: "unknown_tool", errorText: "there is no such tool any more" },
  );

/** What came of one request. */
interface StepResult {
  /** It wrote something: it is never asked again by itself. */
  hasBegun: boolean;
  finishReason?: FinishReason;
  usage?: Usage | undefined;
  failure?: Error;
}

/** A router answers with another model than it was asked for, a name for the newest one with that. */
function* nameEvents(
  { name }: Extract<ModelPart, { type: "model" }>,
  { id, askedName = id }: Model,
  { stepId }: AgentStep,
): Generator<EventBody> {
  if (name !== askedName) yield { type: "model-name", stepId, name };
}

/**
 * What is left of the wait that an earlier holder began, by clocks that may differ: never longer than it was.
 */
function waitLeft({ stepId }: AgentStep, { state: { retry }, clock }: ProducerContext): number {
  if (!retry || (retry.stepId ?? stepId) !== stepId) return 0;
  return Math.min(retry.inMs, Math.max(0, retry.at + retry.inMs - clock.wall()));
}

function* endingEvents(
  { stepId, attempt, parts }: AgentStep,
  { finishReason = "other", usage, failure }: StepResult,
): Generator<EventBody> {
  if (failure) return yield { type: "continue-step", stepId, attempt, reason: askedAgain };
  yield* parts.end();
  for (const call of parts.calls()) yield* answerUnknownCall(call, finishReason);
  yield { type: "finish-step", stepId, finishReason, ...(usage && { usage }) };
}

const cutOff = (): ModelError =>
  new ModelError("cut-off", "the answer stopped before its end", { retryable: true });
