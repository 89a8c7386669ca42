import { isContent } from "../models/model.ts";
import { addUsage } from "../protocol/add-usage.ts";
import type { EventBody, Usage } from "../protocol/run-event.ts";
import { actingScope, handoffEvents } from "./acting-scope.ts";
import {
  type AgentOptions,
  type AgentScope,
  abortedOutcome,
  loopOf,
  rootScope,
  rulesOf,
  stateOf,
} from "./agent-scope.ts";
import { type AgentStep, type AskedStep, createAgentStep, leftAtCall } from "./agent-step.ts";
import { directEvents, newsOf, spentBeforeAnswer, waitLeft } from "./between-steps.ts";
import { createHistorySummarizer, type HistorySummarizer } from "./history-summary.ts";
import { createModelRetries } from "./model-retry.ts";
import { type NextStep, nextStep } from "./next-step.ts";
import type { Outcome, ProducerContext } from "./producer.ts";
import { repeatEvents } from "./repeat-call.ts";
import { runCalls } from "./run-calls.ts";
import {
  type AnsweredStep,
  answerEvents,
  cutOff,
  finishOfCalls,
  hasForgotten,
  hasOpenCalls,
  noteFact,
  type StepResult,
  usageEvent,
} from "./step-events.ts";

/*
 * The loop of an agent: model → tools → model, until the log says that nothing is left to do. Owns the order;
 * what comes next is decided by the log (next-step.ts), the same for whoever wrote it and for any process
 * that takes it over.
 *
 * 1. One model request a step. A model that fails before it said anything is asked again, at most twice, each
 *    time with a `retry` event; one that said something never. What it wrote is left open then. One that
 *    refuses a request as too long is asked once more with half of it, and another `agent-input` says so.
 * 2. Its calls run when its answer is complete (run-calls.ts), and their results are in the log, in the order
 *    of the calls, before it is asked again.
 * 3. What came from outside is written where it takes effect: decisions at once, what a person said between
 *    two steps, before the request that is the first to hold it.
 * 4. Each step is that of the agent which acts then (acting-scope.ts).
 * 5. A summary of what was said long before is made beside all that, where it is due (history-summary.ts).
 * 6. Nothing starts without `mayStart`, and nothing is decided by a state that is not durable.
 */

/** An agent as a producer (producer.ts). */
export const runAgent = (
  options: AgentOptions,
  context: ProducerContext,
): AsyncGenerator<EventBody, Outcome> => runSteps(() => rootScope(options, context, runSteps));

/** The same for one loop of a run: from wherever its log stands to its end. */
export async function* runSteps(
  opened: AgentScope | (() => Promise<AgentScope>),
): AsyncGenerator<EventBody, Outcome> {
  const given = typeof opened === "function" ? await opened() : opened;
  // Without its tools, perhaps.
  if (given.signal.aborted) return abortedOutcome;
  const { share, signal } = given;
  const { context, options } = share;
  const summarizer = createHistorySummarizer(given);
  let answered: AnsweredStep | undefined;
  try {
    for (;;) {
      const next = yield* nextOrEnd(given, answered, summarizer);
      if (next.type === "end") return next.outcome;
      const scope = await actingScope(given);
      const history = await scope.history();
      // Deleted a moment ago: its stop is on the way.
      if (!history) return abortedOutcome;
      const step = createAgentStep(next, { scope, history, isAskedAgain: answered?.hasForgotten ?? false });
      const spentBefore = spentBeforeAnswer(next, share.spent);
      yield* step.opening;
      let waitMs = waitLeft(step, context);
      const retries = createModelRetries({ ...step, startMs: options.startMs ?? 0, random: context.random });
      answered = undefined;
      while (!answered) {
        if (waitMs > 0) await context.clock.sleep(waitMs, signal);
        await context.mayStart();
        if (signal.aborted) return abortedOutcome;
        const result: StepResult = { hasBegun: false };
        try {
          // Here and not in a generator of its own: each one more costs every delta.
          for await (const part of scope.model.stream(step.request, signal)) {
            if (isContent(part)) {
              result.hasBegun = true;
              for (const event of step.parts.take(part)) yield event;
              summarizer.begin(scope, history, step.budget);
              if (summarizer.hasNews && !step.request.resume) yield* summarizer.news();
            } else yield* noteFact(part, result, scope.model, step);
          }
          if (result.finishReason === undefined) result.failure = cutOff();
        } catch (error) {
          // What it cost is written first.
          result.failure = error instanceof Error ? error : new Error(String(error), { cause: error });
        }
        if (result.usage) yield spend(scope, step, { usage: result.usage, before: spentBefore });
        if (signal.aborted) return abortedOutcome;
        if (!result.failure || hasForgotten(result)) {
          yield* answerEvents(scope, step, result);
          answered = { step, result, hasForgotten: hasForgotten(result) };
          break;
        }
        const again = result.hasBegun
          ? undefined
          : (step.shorten(result.failure) ?? retries.next(result.failure));
        if (!again) return yield* failedWith(result.failure, summarizer);
        yield again;
        waitMs = again.type === "retry" ? again.inMs : 0;
      }
      // The log decides what comes next, here as after a takeover.
      await context.durable();
    }
  } finally {
    await closeLoop(given, summarizer);
  }
}

/** What a summary has come to by then is written first. */
function* failedWith(failure: Error, summarizer: HistorySummarizer): Generator<EventBody, Outcome> {
  yield* summarizer.news();
  return { type: "failed", failure };
}

async function closeLoop(given: AgentScope, summarizer: HistorySummarizer): Promise<void> {
  summarizer.close();
  await given.share.codeSessions.close(loopOf(given));
}

/** What the request has cost joins what the run has. */
function spend(
  { share, model }: AgentScope,
  step: AgentStep,
  { usage, before }: { usage: Usage; before: Usage | undefined },
): EventBody {
  share.spent = addUsage(step.request.resume ? before : share.spent, usage);
  return usageEvent(step, model, usage, share.spent);
}

/** The same, and before an end what a summary that is being made has come to. */
async function* nextOrEnd(
  given: AgentScope,
  answered: AnsweredStep | undefined,
  summarizer: HistorySummarizer,
): ReturnType<typeof untilAsked> {
  for (;;) {
    yield* summarizer.news();
    const next = yield* untilAsked(given, answered);
    if (next.type !== "end") return next;
    if ((await summarizer.end(next.outcome)) === "called") continue;
    yield* summarizer.news();
    return next;
  }
}

/**
 * All that comes before a model is asked, or in place of it. `answered`: the step whose answer has just
 * ended.
 */
async function* untilAsked(
  given: AgentScope,
  answered: AnsweredStep | undefined,
): AsyncGenerator<EventBody, AskedStep | Extract<NextStep, { type: "end" }>> {
  const { context } = given.share;
  // Only the one who had the answer to its end knows that it is complete, until a call of it has begun.
  let ended = answered && hasOpenCalls(stateOf(given), answered) ? answered : undefined;
  for (;;) {
    const scope = await actingScope(given);
    const news = newsOf(scope, !ended);
    yield* news;
    if (news.length > 0) await context.durable();
    const next: NextStep = ended
      ? { type: "calls", stepId: ended.step.stepId }
      : nextStep(stateOf(scope), rulesOf(scope));
    if (next.type === "calls") {
      if (next.left) yield* leftAtCall(next.left, scope);
      const outcome = yield* runCalls(scope, next.stepId);
      if (outcome) return { type: "end", outcome };
      yield* handoffEvents(scope, next.stepId);
      yield finishOfCalls(scope, next.stepId, ended?.result);
      ended = undefined;
    } else if (next.type === "direct") yield* directEvents(scope, next);
    else if (next.type === "repeat") {
      const isThere = yield* repeatEvents(scope, next);
      if (!isThere) return { type: "end", outcome: abortedOutcome };
    } else return next;
    await context.durable();
  }
}
