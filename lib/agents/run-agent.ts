import { type Model, ModelError } from "../models/model.ts";
import type { ModelMessage } from "../models/model-message.ts";
import type { EventBody, FinishReason, Usage } from "../protocol/run-event.ts";
import { addUsage } from "./add-usage.ts";
import type { Agent } from "./agent.ts";
import { inputHash } from "./input-hash.ts";
import { maxRetries, retryWait } from "./retry-wait.ts";
import { type StepParts, stepParts } from "./step-parts.ts";

export interface AgentRun {
  agent: Agent;
  model: Model;
  /** The history to answer, without a system message. */
  messages: readonly ModelMessage[];
  signal: AbortSignal;
  newId(): string;
  /** 0 to 1, for jitter. */
  random(): number;
  /** Resolves after `ms`, or at once when the signal aborts. */
  sleep(ms: number, signal: AbortSignal): Promise<void>;
  /** Resolves when the model may be asked; the signal aborts if it may not. */
  beforeAsking(): Promise<void>;
  /** The step that an owner before left unfinished: it is dropped and asked again, under the same id. */
  resume?: {
    stepId: string;
    attempt: number;
    /** How often the model was asked again already. */
    retries: number;
    /** What is left of a wait before it is asked, ms. */
    waitMs: number;
  };
  /** What the run has cost so far. */
  spent?: Usage;
  /** How long the model coalesces its deltas, ms; absent: its default. */
  coalesceMs?: number;
}

/**
 * Runs an agent to its end and yields what happens, unnumbered: everything between `start` and the terminal
 * event. A model that fails before it said anything is asked again, at most twice, each time with a `retry`
 * event. Returns why the model finished. Throws `ModelError` when the provider fails or the answer is cut
 * off; the parts written so far are then left open, for the writer to close. Returns null when the signal
 * aborts.
 */
export async function* runAgent(run: AgentRun): AsyncGenerator<EventBody, FinishReason | null> {
  const { model, signal, resume, coalesceMs } = run;
  const step = stepOf(run);
  const request = { messages: step.messages, ...(coalesceMs !== undefined && { coalesceMs }) };
  yield* begin(run, step);
  let { spent } = run;
  let waitMs = resume?.waitMs ?? 0;
  for (let retries = resume?.retries ?? 0; ; retries += 1) {
    if (waitMs > 0) await run.sleep(waitMs, signal);
    await run.beforeAsking();
    if (signal.aborted) return null;
    const said: Said = { begun: false };
    try {
      // Here and not in a generator of its own: each one more costs every delta.
      for await (const part of model.stream(request, signal)) {
        if (part.type === "usage") said.usage = part.usage;
        else if (part.type === "finish") said.finishReason = part.reason;
        else {
          said.begun = true;
          for (const event of step.parts.take(part)) yield event;
        }
      }
      if (said.finishReason === undefined) said.failure = cutOff();
    } catch (error) {
      // What it cost so far is told first.
      said.failure = error instanceof Error ? error : new Error(String(error), { cause: error });
    }
    if (said.usage) {
      spent = addUsage(spent, said.usage);
      yield { type: "usage", stepId: step.stepId, model: model.id, usage: said.usage, total: spent };
    }
    if (signal.aborted) return null;
    if (!said.failure) return yield* finish(step, said);
    const retry = retryOf(step, said, retries, run.random);
    if (!retry) throw said.failure;
    yield retry;
    waitMs = retry.inMs;
  }
}

interface Step {
  stepId: string;
  attempt: number;
  messages: readonly ModelMessage[];
  parts: StepParts;
}

/** What came of one request. */
interface Said {
  /** It wrote something: it is never asked for again by itself. */
  begun: boolean;
  finishReason?: FinishReason;
  usage?: Usage;
  failure?: Error;
}

function stepOf({ agent, messages, resume, newId }: AgentRun): Step {
  // Short: every delta of the step carries it, and it has to differ only within one message.
  const stepId = resume?.stepId ?? newId().slice(-8);
  const attempt = (resume?.attempt ?? 0) + 1;
  return {
    stepId,
    attempt,
    messages: [{ role: "system", content: agent.instructions }, ...messages],
    // Another attempt's parts have other ids: what is keyed by them never mistakes the new text for more of
    // the old.
    parts: stepParts(stepId, attempt === 1 ? stepId : `${stepId}.${attempt}`),
  };
}

function* begin({ agent, resume }: AgentRun, { stepId, attempt, messages }: Step): Generator<EventBody> {
  if (resume) yield { type: "reset-step", stepId, attempt, reason: "owner-gone" };
  else yield { type: "start-step", stepId, index: 0, agent: agent.name };
  const hash = inputHash(messages);
  yield { type: "agent-input", stepId, agent: agent.name, messageCount: messages.length, hash };
}

function* finish(
  { stepId, parts }: Step,
  { finishReason = "other", usage }: Said,
): Generator<EventBody, FinishReason> {
  yield* parts.close();
  yield { type: "finish-step", stepId, finishReason, ...(usage && { usage }) };
  return finishReason;
}

/** Undefined: it is not asked again. */
function retryOf(
  { stepId }: Step,
  { begun, failure }: Said,
  retries: number,
  random: () => number,
): Retry | undefined {
  if (begun || !(failure instanceof ModelError)) return undefined;
  const inMs = retryWait(failure, retries, random);
  if (inMs === undefined) return undefined;
  const attempt = retries + 1;
  return { type: "retry", stepId, what: "model", attempt, of: maxRetries, inMs, reason: failure.code };
}

type Retry = Extract<EventBody, { type: "retry" }>;

const cutOff = (): ModelError =>
  new ModelError("cut-off", "the answer stopped before its end", { retryable: true });
