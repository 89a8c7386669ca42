import { maxTimerMs } from "../async/max-timer-ms.ts";
import { unlessAborted } from "../async/unless-aborted.ts";
import type { Part } from "../protocol/message.ts";
import type { EventBody } from "../protocol/run-event.ts";
import { waitTool } from "../protocol/workflow-graph.ts";
import type { WorkflowInstance } from "../protocol/workflow-state.ts";
import type { WorkflowStep } from "./define-step.ts";
import { droppedSteps } from "./dropped-steps.ts";
import { type Flow, FlowEndedError } from "./flow.ts";
import { openAttempt, readEvent, type StepAttempt } from "./instance-context.ts";
import { retryDelay } from "./retry-policy.ts";
import { createRunAgain } from "./run-again.ts";
import { StepFailedError } from "./step-failed-error.ts";

/**
 * What an instance waits for where nothing in this process helps it on: people; or earlier instances of its
 * step, with which it can be run up to there again.
 */
export type AwaitedBy = "people" | "earlier";

export interface InstanceOptions {
  step: WorkflowStep;
  /** An earlier holder began it. */
  isResumed: boolean;
  /**
   * What the instance waits for, or that it does no longer. `asOf`: after how many decisions of people it
   * waits; one that comes later may be what it waits for.
   */
  onWaiting(waitsFor: AwaitedBy | undefined, asOf?: number): void;
  /** What it sends ends the workflow. */
  onStop(): void;
}

/**
 * An instance to its end, with all its attempts. Resolves when its `done` was passed on, or nobody waits for
 * it any more; rejects with `StepFailedError` once it has failed for good.
 */
export async function runInstance(flow: Flow, id: string, options: InstanceOptions): Promise<void> {
  const { step, isResumed } = options;
  const { context, signal } = flow;
  try {
    if (isResumed) await resumeInstance(flow, id, options);
    for (;;) {
      const instance = instanceOf(flow, id);
      if (!instance) return;
      try {
        await runOnce(flow, instance, options);
        return;
      } catch (error) {
        if (signal.aborted) return;
        const failure = error instanceof Error ? error : new Error(String(error));
        const inMs = await failOnce(flow, instance, { step, failure });
        await context.clock.sleep(inMs, signal);
        if (signal.aborted) return;
        await flow.push({ ...runningEvent(instance), attempt: instance.attempt + 1 });
      }
    }
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}

export const runningEvent = ({ step, instance }: Pick<WorkflowInstance, "step" | "instance">) =>
  ({ type: "workflow-step", step, instance, state: "running" }) as const satisfies EventBody;

const instanceOf = ({ state }: Flow, id: string): WorkflowInstance | undefined =>
  state.open.find(({ instance }) => instance === id);

/** Where an earlier holder left it: one that waits is run up to there, without a word in the log. */
async function resumeInstance(flow: Flow, id: string, { step, onWaiting }: InstanceOptions): Promise<void> {
  const { context, signal } = flow;
  const instance = instanceOf(flow, id);
  if (!instance) return;
  // What it wrote itself it writes anew.
  await flow.pushAll(droppedSteps(context.state, id, ({ call }) => call?.endsWith("_text") === true));
  switch (instance.state) {
    case "waiting":
      return;
    case "retrying":
      await context.clock.sleep(Math.max(0, (instance.retryAt ?? 0) - context.clock.wall()), signal);
      break;
    default:
      if (instance.attempt - (instance.failures ?? 0) > maxTakeovers)
        await giveUp(flow, instance, new Error("it was begun again many times, and came to no end"));
      if (isOnce(step)) await agreeOnAnotherRun(flow, instance, onWaiting);
  }
  await flow.push({ ...runningEvent(instance), attempt: instance.attempt + 1 });
}

/** A step that a person does not want to be run again has failed. */
async function agreeOnAnotherRun(
  flow: Flow,
  instance: WorkflowInstance,
  onWaiting: InstanceOptions["onWaiting"],
): Promise<void> {
  const ask = createRunAgain(flow, instance, (isWaiting, asOf) =>
    onWaiting(isWaiting ? "people" : undefined, asOf),
  );
  try {
    await ask();
  } catch (error) {
    if (flow.signal.aborted) throw error;
    await giveUp(flow, instance, error instanceof Error ? error : new Error(String(error)));
  }
}

/** A step that takes longer than a host lets it, each time, would be begun again for ever. */
const maxTakeovers = 30;

async function giveUp(flow: Flow, instance: WorkflowInstance, cause: Error): Promise<never> {
  const { step, attempt } = instance;
  await flow.push({ ...runningEvent(instance), state: "failed", attempt, error: cause.message });
  throw new StepFailedError(step, attempt, cause);
}

const isOnce = ({ effect = "read" }: WorkflowStep): boolean => effect !== "read";

/** One attempt, and what it has done. */
async function runOnce(flow: Flow, instance: WorkflowInstance, options: InstanceOptions): Promise<void> {
  const { step, onStop } = options;
  const { context } = flow;
  // One of 10,000 needs no signal of its own, unless it may end before the run does.
  const ended = step.timeout === undefined ? undefined : new AbortController();
  const signal = ended ? AbortSignal.any([flow.signal, ended.signal]) : flow.signal;
  const waits = createWaits(flow, instance, options);
  const attempt = openAttempt(flow, { step, instance, signal, onWaiting: waits.set, onBlocked: waits.block });
  let release: (() => void) | undefined;
  try {
    const events = instance.events.map((event) => readEvent(flow, event));
    if (isOnce(step)) {
      await context.durable();
      release = context.startEffect();
      // The process goes away soon, and whoever goes on with the run starts it.
      if (!release) await flow.until(() => false);
    }
    const run = Promise.resolve(step.run(attempt.context, ...events));
    const late = attemptLimit(flow, step, { instance, signal, waitedMs: waits.ms });
    const returned = await unlessAborted(late ? Promise.race([run, late]) : run, flow.signal);
    if (flow.signal.aborted) throw new FlowEndedError();
    await finishAttempt(flow, attempt, returned, onStop);
  } catch (error) {
    // What it still asks is given up before anything else is written of it.
    if (!flow.signal.aborted) await attempt.close();
    throw error;
  } finally {
    ended?.abort();
    release?.();
  }
}

async function finishAttempt(
  flow: Flow,
  attempt: StepAttempt,
  returned: unknown,
  onStop: () => void,
): Promise<void> {
  // Before anything is written: what cannot be sent fails the attempt.
  const { events, isStop } = attempt.writes.done(returned);
  await attempt.close();
  await flow.order?.turn(events);
  const passed = flow.pushAll(events);
  if (isStop) onStop();
  await passed;
}

/** Says in the log that an instance waits for people, once, and for how long it waited for anything. */
function createWaits(flow: Flow, { instance, step: name }: WorkflowInstance, options: InstanceOptions) {
  const { step, onWaiting } = options;
  const { clock } = flow.context;
  let since: number | undefined;
  let sum = 0;

  function count(isWaiting: boolean): void {
    if (isWaiting) since ??= clock.wall();
    else if (since !== undefined) [sum, since] = [sum + clock.wall() - since, undefined];
  }

  async function say(state: "waiting" | "running"): Promise<void> {
    const known = instanceOf(flow, instance);
    if (known && known.state !== state)
      await flow.push({ ...runningEvent({ instance, step: name }), state, attempt: known.attempt });
  }

  return {
    ms: () => sum + (since === undefined ? 0 : clock.wall() - since),
    async set(isWaiting: boolean, asOf: number) {
      count(isWaiting);
      await say(isWaiting ? "waiting" : "running");
      onWaiting(isWaiting ? "people" : undefined, asOf);
    },
    async block(isBlocked: boolean) {
      count(isBlocked);
      // It waited where an earlier holder left it.
      if (!isBlocked) await say("running");
      // What it has done before it asks for others, one that changes something is not to do again.
      onWaiting(isBlocked && !isOnce(step) ? "earlier" : undefined);
    },
  };
}

/** Rejects when the attempt has taken too long, what it waits for people and earlier instances apart. */
function attemptLimit(
  { context: { clock } }: Flow,
  { timeout }: WorkflowStep,
  { instance, signal, waitedMs }: { instance: WorkflowInstance; signal: AbortSignal; waitedMs(): number },
): Promise<never> | undefined {
  if (timeout === undefined) return undefined;
  const wait = async (): Promise<never> => {
    // The attempt may end long before, and every later sleep with it.
    for (let left = timeout * 1000; left > 0 && !signal.aborted; ) {
      const [part, waited] = [Math.min(left, maxTimerMs), waitedMs()];
      await clock.sleep(part, signal);
      left += waitedMs() - waited - part;
    }
    throw new Error(`the step ${instance.step} took longer than ${timeout} s`);
  };
  return wait();
}

/** Writes down that an attempt has failed; how long to wait for the next one, ms. */
async function failOnce(
  flow: Flow,
  instance: WorkflowInstance,
  { step, failure }: { step: WorkflowStep; failure: Error },
): Promise<number> {
  const { clock, random } = flow.context;
  const failures = (instance.failures ?? 0) + 1;
  const sinceMs = clock.wall() - instance.startedAt;
  const inMs = delayOf(step, { error: failure, failures, sinceMs, random });
  const { attempt } = instance;
  const error = failure.message.slice(0, 1000);
  if (inMs === undefined) {
    await flow.push({ ...runningEvent(instance), state: "failed", attempt, error });
    throw new StepFailedError(instance.step, failures, failure);
  }
  await flow.context.durable();
  // What a person has answered stays; all else is asked and written anew.
  const isWait = (id: string) => flow.context.state.parts.some((part) => isWaitCall(part, id));
  await flow.pushAll([
    ...droppedSteps(flow.context.state, instance.instance, ({ calls }) => !calls.some(isWait)),
    { ...runningEvent(instance), state: "retrying", attempt, error, inMs },
  ]);
  return inMs;
}

/** A policy that fails itself names no error. */
function delayOf({ retry }: WorkflowStep, failure: Parameters<typeof retryDelay>[1]): number | undefined {
  try {
    return retryDelay(retry, failure);
  } catch {
    return undefined;
  }
}

const isWaitCall = (part: Part, toolCallId: string): boolean =>
  part.type === "tool" && part.toolCallId === toolCallId && part.toolName === waitTool;
