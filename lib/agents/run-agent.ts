import { modelInput } from "../history/model-input.ts";
import { knownUsage } from "../models/known-usage.ts";
import type { Model, ModelPart } from "../models/model.ts";
import { ModelError } from "../models/model-error.ts";
import type { ModelMessage } from "../models/model-message.ts";
import { priceUsage } from "../models/prices.ts";
import { addUsage } from "../protocol/add-usage.ts";
import { messageOf } from "../protocol/fold.ts";
import type { Message } from "../protocol/message.ts";
import type { EventBody, FinishReason, Usage } from "../protocol/run-event.ts";
import type { RunState } from "../protocol/run-state.ts";
import type { Agent } from "./agent.ts";
import { answerUnknownCall } from "./answer-unknown-call.ts";
import { inputHash } from "./input-hash.ts";
import { createModelRetries } from "./model-retry.ts";
import { type AskedStep, nextStep } from "./next-step.ts";
import type { Outcome, ProducerContext } from "./producer.ts";
import { createStepParts, type StepParts } from "./step-parts.ts";

export interface AgentOptions {
  agent: Agent;
  model: Model;
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
  { agent, model, coalesceMs, startMs = 0 }: AgentOptions,
  context: ProducerContext,
): AsyncGenerator<EventBody, Outcome> {
  const { signal } = context;
  let spent = context.state.total;
  for (;;) {
    const next = nextStep(context.state);
    if (next.type === "end") return next.outcome;
    const history = await context.history();
    // Deleted a moment ago: its stop is on the way.
    if (!history) return { type: "aborted" };
    const step = createStep(agent, next, history, context);
    const request = { messages: step.messages, ...(coalesceMs !== undefined && { coalesceMs }) };
    yield* openingEvents(step, next);
    let waitMs = waitLeft(step, context);
    const { stepId } = step;
    const retries = createModelRetries({ stepId, retries: next.retries, startMs, random: context.random });
    for (;;) {
      if (waitMs > 0) await context.clock.sleep(waitMs, signal);
      await context.mayStart();
      if (signal.aborted) return { type: "aborted" };
      const result: StepResult = { hasBegun: false };
      try {
        // Here and not in a generator of its own: each one more costs every delta.
        for await (const part of model.stream(request, signal)) {
          if (part.type === "usage") result.usage = knownUsage(part.usage) ?? result.usage;
          else if (part.type === "finish") result.finishReason = part.reason;
          else if (part.type === "response")
            yield { type: "model-response", stepId: step.stepId, responseId: part.responseId };
          else if (part.type === "model") yield* nameEvents(part, model, step);
          else {
            result.hasBegun = true;
            for (const event of step.parts.take(part)) yield event;
          }
        }
        if (result.finishReason === undefined) result.failure = cutOff();
      } catch (error) {
        // What it cost is written first.
        result.failure = error instanceof Error ? error : new Error(String(error), { cause: error });
      }
      if (result.usage) {
        result.usage = priceUsage(result.usage, model.prices);
        spent = addUsage(spent, result.usage);
        yield { type: "usage", stepId: step.stepId, model: model.id, usage: result.usage, total: spent };
      }
      if (signal.aborted) return { type: "aborted" };
      if (!result.failure) {
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

/** A step as it is put to the model. */
interface OpenStep {
  stepId: string;
  attempt: number;
  agent: string;
  messages: readonly ModelMessage[];
  parts: StepParts;
}

/** What came of one request. */
interface StepResult {
  /** It wrote something: it is never asked again by itself. */
  hasBegun: boolean;
  finishReason?: FinishReason;
  usage?: Usage | undefined;
  failure?: Error;
}

function createStep(
  agent: Agent,
  next: AskedStep,
  history: readonly Message[],
  { state, newId }: ProducerContext,
): OpenStep {
  // Short: every delta of the step carries it, and it has to differ only within one message.
  const { attempt, stepId = newId().slice(-8) } = next;
  const earlier = earlierSteps(state, stepId);
  // A run that continues an answer has that answer as the newest message.
  const continues = earlier.length === 0 && history.at(-1)?.role === "assistant";
  const input = modelInput([...history, ...earlier], { continues });
  return {
    stepId,
    attempt,
    agent: agent.name,
    messages: [{ role: "system", content: agent.instructions }, ...input],
    // Another attempt's parts have other ids: what is keyed by them never takes the new text for more of the
    // old.
    parts: createStepParts(stepId, attempt === 1 ? stepId : `${stepId}.${attempt}`),
  };
}

/** What the run has written in other steps than this one: the model is given it back. */
function earlierSteps(state: RunState, stepId: string): Message[] {
  const message = messageOf(state);
  const parts = message.parts.filter((part) => part.stepId !== stepId);
  return parts.length === 0 ? [] : [{ ...message, parts }];
}

function* openingEvents(
  { stepId, attempt, agent, messages }: OpenStep,
  { index }: AskedStep,
): Generator<EventBody> {
  if (attempt > 1) yield { type: "reset-step", stepId, attempt, reason: "owner-gone" };
  else yield { type: "start-step", stepId, index, agent };
  yield { type: "agent-input", stepId, agent, messageCount: messages.length, hash: inputHash(messages) };
}

/** A router answers with another model than it was asked for, a name for the newest one with that. */
function* nameEvents(
  { name }: Extract<ModelPart, { type: "model" }>,
  { id }: Model,
  { stepId }: OpenStep,
): Generator<EventBody> {
  if (name !== id) yield { type: "model-name", stepId, name };
}

/**
 * What is left of the wait that an earlier holder began, by clocks that may differ: never longer than it was.
 */
function waitLeft({ stepId }: OpenStep, { state: { retry }, clock }: ProducerContext): number {
  if (!retry || (retry.stepId ?? stepId) !== stepId) return 0;
  return Math.min(retry.inMs, Math.max(0, retry.at + retry.inMs - clock.wall()));
}

function* endingEvents(
  { stepId, parts }: OpenStep,
  { finishReason = "other", usage }: StepResult,
): Generator<EventBody> {
  yield* parts.end();
  for (const call of parts.calls()) yield* answerUnknownCall(call, finishReason);
  yield { type: "finish-step", stepId, finishReason, ...(usage && { usage }) };
}

const cutOff = (): ModelError =>
  new ModelError("cut-off", "the answer stopped before its end", { retryable: true });
