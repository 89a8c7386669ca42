import { z } from "zod";
import { abortedOutcome } from "../agents/agent-scope.ts";
import { feedOf } from "../agents/inbox-feed.ts";
import type { Outcome, ProducerContext } from "../agents/producer.ts";
import { maxTimerMs } from "../async/max-timer-ms.ts";
import { unlessAborted } from "../async/unless-aborted.ts";
import { ModelError } from "../models/model-error.ts";
import { foldWorkflow } from "../protocol/fold-workflow.ts";
import type { EventBody } from "../protocol/run-event.ts";
import type { WorkflowState } from "../protocol/workflow-state.ts";
import { fitFaults } from "./fit-faults.ts";
import { createFlow, type Flow, type WorkflowOptions } from "./flow.ts";
import { createInstancePool, type InstancePool } from "./instance-pool.ts";
import { nextTaking } from "./next-taking.ts";
import { resultEvents } from "./result-events.ts";
import { runningEvent } from "./run-instance.ts";
import { StepFailedError } from "./step-failed-error.ts";
import { workflowInput } from "./workflow-input.ts";

/*
 * A workflow as a producer (lib/agents/producer.ts): owns which step begins when, and how the run ends. What
 * a step does is its own; what of that counts, the fold says (lib/protocol/fold-workflow.ts).
 *
 * 1. Steps begin by the log alone: for what waits in their queues, in the order of the log, no more at once
 *    than they may. Whoever goes on with the run begins the same.
 * 2. An instance that is done is never run again. One that is not is run once more, with what it took; one
 *    that changes something only if a person agrees.
 * 3. What an instance has done is passed on when it returns, as one, and counts with its `done`.
 * 4. The first `stop` ends the run: what still runs is given up, and nothing of it is passed on any more.
 * 5. Where nothing goes on before people have answered, the run waits without a process.
 * 6. A run that began by another definition goes on where nothing that is open or waits is lost, else it ends
 *    in words.
 */

/** A workflow as a producer. */
export async function* runWorkflow(
  options: WorkflowOptions,
  context: ProducerContext,
): AsyncGenerator<EventBody, Outcome> {
  const { workflow } = options;
  if (context.state.workflow?.result && missingResult(options, context).length === 0) return finished;
  const listed =
    options.tools ?? (options.listTools && (await unlessAborted(options.listTools(), context.signal)));
  if (context.signal.aborted) return abortedOutcome;
  const opening = yield* openWorkflow(options, context);
  if ("outcome" in opening) return opening.outcome;
  const flow = createFlow(options, context, { state: opening.state, tools: listed ?? [] });
  const pool = createInstancePool(flow);
  try {
    for (const instance of flow.state.result ? [] : flow.state.open) pool.start(instance, true);
    const outcome = yield* runInstances(flow, pool);
    if (outcome) return outcome;
  } finally {
    flow.end();
  }
  // The log says what of it is missing.
  await context.durable();
  const fault = outputFault(workflow.output, context.state.workflow?.result?.value);
  if (fault) return { type: "failed", failure: fault };
  yield* missingResult(options, context);
  return finished;
}

const finished: Outcome = { type: "finished", finishReason: "stop" };

/** What stands in the log before the first step: where it was left, or what it begins with. (6) */
async function* openWorkflow(
  { workflow, values }: WorkflowOptions,
  context: ProducerContext,
): AsyncGenerator<EventBody, { state: WorkflowState } | { outcome: Outcome }> {
  const { state: run, clock } = context;
  const decisions = feedOf(context.inbox).decisions();
  yield* decisions;
  const known = run.workflow;
  const faults = known ? fitFaults(workflow, known) : [];
  if (faults.length > 0)
    return { outcome: { type: "failed", failure: changedWorkflow(workflow.name, faults) } };
  const { name, definitionHash, graph, runsAtOnce } = workflow;
  // One that waited for a person was with nobody; one that waited for its turn has not begun before.
  const idleSince = known ? run.lastAt : run.startedAt;
  const afterMs = decisions.length > 0 ? 0 : Math.max(0, clock.wall() - idleSince);
  const hasIdled = known !== undefined || (runsAtOnce !== undefined && run.startedAt > 0);
  const start: WorkflowStart = {
    ...{ type: "workflow-start", name, definitionHash, graph },
    ...(hasIdled && afterMs > 0 && { afterMs }),
    ...(!known && values && { values }),
  };
  yield start;
  const begun = foldNext(known, start, context);
  if (!begun) return { outcome: abortedOutcome };
  if (begun.sent > 0) return { state: begun };
  const messages = await context.history();
  // Deleted a moment ago: its stop is on the way.
  if (!messages) return { outcome: abortedOutcome };
  const question = messages.findLast((message) => message.role === "user");
  const input = workflowInput(workflow.input, question?.role === "user" ? question.text : "");
  if (input.type === "fault") return { outcome: { type: "failed", failure: badInput(input.errorText) } };
  const event = { type: "workflow-event", id: "1", name: workflow.input.name, data: input.data } as const;
  yield event;
  return { state: foldNext(begun, event, context) ?? begun };
}

type WorkflowStart = Extract<EventBody, { type: "workflow-start" }>;

function foldNext(
  state: WorkflowState | undefined,
  event: WorkflowStart | Extract<EventBody, { type: "workflow-event" }>,
  { state: { runId }, clock }: ProducerContext,
): WorkflowState | undefined {
  return foldWorkflow(state, { runId, epoch: 0, seq: 0, ts: clock.wall(), ...event });
}

/** Undefined: it has a result. */
async function* runInstances(flow: Flow, pool: InstancePool): AsyncGenerator<EventBody, Outcome | undefined> {
  const { context, queue, share } = flow;
  const isLate = runLimit(flow);
  const listen = createListener(flow);
  for (;;) {
    const decisions = share.inbox.decisions();
    // Also for a message, which is none of the decisions and has ended the wait for them.
    listen();
    if (decisions.length > 0) {
      yield* decisions;
      await context.durable();
      flow.decided();
    }
    if (context.signal.aborted) return abortedOutcome;
    // 4.
    if (flow.state.result) return undefined;
    if (pool.failure) {
      // Another one may have failed at the same time.
      for (const { event, taken } of queue.take()) {
        yield flow.take(event);
        taken();
      }
      return { type: "failed", failure: runFailure(pool.failure) };
    }
    if (isLate()) return { type: "failed", failure: tooLate(flow) };
    yield* beginSteps(flow, pool);
    if (context.signal.aborted) return abortedOutcome;
    const waiting = queue.take();
    if (waiting.length === 0) {
      if ((pool.isIdle || pool.isWaiting) && pool.awaitOutside()) continue;
      if (pool.isIdle) return { type: "failed", failure: nothingLeft(flow) };
      // 5.
      if (pool.isWaiting) {
        yield* leaveBlocked(flow, pool);
        return { type: "waiting" };
      }
      await queue.wait();
    }
    for (const { event, taken } of waiting) {
      yield flow.take(event);
      taken();
    }
  }
}

/** 1. */
async function* beginSteps(flow: Flow, pool: InstancePool): AsyncGenerator<EventBody, void> {
  const { context, workflow } = flow;
  let mayStart = false;
  for (const step of workflow.graph.steps) {
    while (pool.countOf(step.name) < step.concurrency) {
      const taken = nextTaking(flow.state, step);
      if (!taken) break;
      if (!mayStart) await context.mayStart();
      if (context.signal.aborted) return;
      mayStart = true;
      const instance = `${step.name}/${(flow.state.steps[step.name]?.begun ?? 0) + 1}`;
      const running = runningEvent({ step: step.name, instance });
      const begun = { ...running, attempt: 1, events: taken.map(({ id }) => id) };
      if (flow.order?.mayBegin(begun, flow.queue.wake) === false) break;
      yield flow.take(begun);
      pool.start({ step: step.name, instance });
    }
  }
}

/** Whoever goes on with the run begins them where they are, without another attempt. */
function* leaveBlocked(flow: Flow, { blocked }: InstancePool): Generator<EventBody, void> {
  for (const instance of flow.state.open)
    if (blocked.includes(instance.instance) && instance.state !== "waiting")
      yield flow.take({ ...runningEvent(instance), state: "waiting", attempt: instance.attempt });
}

/** What comes from outside ends the wait for what the steps say, each time. */
function createListener({ context, queue, signal }: Flow): () => void {
  let isListening = false;
  return () => {
    if (isListening) return;
    isListening = true;
    void context.inbox.wait(signal).then(() => {
      isListening = false;
      queue.wake();
    });
  };
}

/** Whether the run has taken too long, without what it waited for people, a process and its turn. */
function runLimit({ workflow: { timeout }, context, state, queue, signal }: Flow): () => boolean {
  if (timeout === null) return () => false;
  const { startedAt, waitedMs = 0 } = context.state;
  const now = context.clock.wall();
  // Its first event is on the way.
  const worked = now - (startedAt || now) - waitedMs - (state.awayMs ?? 0);
  let isLate = false;
  async function wait(ms: number, waited: number): Promise<void> {
    for (let left = ms, known = waited; left > 0; ) {
      const part = Math.min(left, maxTimerMs);
      await context.clock.sleep(part, signal);
      if (signal.aborted) return;
      // What people were waited for meanwhile is known only now.
      const latest = context.state.waitedMs ?? 0;
      left += latest - known - part;
      known = latest;
    }
    isLate = true;
    queue.wake();
  }
  void wait(timeout * 1000 - worked, waitedMs);
  return () => isLate;
}

function missingResult({ workflow }: WorkflowOptions, { state, newId }: ProducerContext): EventBody[] {
  const { name, output } = workflow;
  const { $schema: _, ...schema } = output ? z.toJSONSchema(output, { io: "input" }) : {};
  return resultEvents(state, { name, value: state.workflow?.result?.value, schema: output && schema, newId });
}

/** Those that run; where none has begun, those that were about to. */
function activeSteps({ state, workflow }: Flow): string[] {
  const open = new Set(state.open.map(({ step }) => step));
  if (open.size > 0) return [...open];
  return workflow.graph.steps.filter((step) => nextTaking(state, step)).map(({ name }) => name);
}

const tooLate = (flow: Flow): ModelError => {
  const steps = activeSteps(flow);
  const { timeout } = flow.workflow;
  const errorText = `the workflow took longer than ${timeout} s; active: ${steps.join(", ") || "no step"}`;
  return new ModelError("workflow-timeout", errorText, { retryable: true, facts: { steps } });
};

const nothingLeft = ({ workflow }: Flow): ModelError =>
  new ModelError(
    "workflow-failed",
    `nothing is left to do, and no step of ${workflow.name} has ended it with stop`,
    { retryable: true, facts: { reason: "no-result" } },
  );

/** What a model has failed with says more than that its step did. */
function runFailure(failure: unknown): unknown {
  if (!(failure instanceof StepFailedError)) return failure;
  if (failure.cause instanceof ModelError) return failure.cause;
  const { message, step } = failure;
  return new ModelError("workflow-failed", message, {
    retryable: true,
    cause: failure,
    facts: { steps: [step] },
  });
}

const changedWorkflow = (name: string, faults: readonly string[]): ModelError =>
  new ModelError("workflow-changed", `the workflow ${name} has changed: ${faults.join("; ")}`, {
    retryable: true,
  });

const badInput = (errorText: string): ModelError =>
  new ModelError("bad-input", errorText, { retryable: false });

function outputFault(output: z.ZodType | undefined, value: unknown): ModelError | undefined {
  const error = output?.safeParse(value).error;
  if (!error) return undefined;
  const errorText = `the result does not fit: ${z.prettifyError(error)}`;
  return new ModelError("workflow-failed", errorText, { retryable: true, facts: { reason: "unfit-result" } });
}
