import type { ToolEffect } from "../tools/tool.ts";
import type { EventKind, SentOf, TakenOf, WorkflowEvent } from "./define-event.ts";
import type { RetryPolicy } from "./retry-policy.ts";
import type { WorkflowContext } from "./step-context.ts";

/** A step as its workflow runs it. */
export interface WorkflowStep {
  readonly accepts: readonly EventKind[];
  /** It takes one of each; else any one. */
  readonly isJoin: boolean;
  readonly emits: readonly EventKind[];
  readonly waitsFor: readonly EventKind[];
  readonly concurrency: number;
  readonly retry?: RetryPolicy;
  /** Of one attempt, seconds, what it waits for people apart. */
  readonly timeout?: number;
  /** Absent: it may be run again after a crash. */
  readonly effect?: ToolEffect;
  run(context: WorkflowContext, ...events: WorkflowEvent[]): unknown;
}

interface StepOptions<E, W> extends Pick<WorkflowStep, "retry" | "timeout" | "effect"> {
  /** What it returns or sends; `stop` among it ends the workflow. */
  emits: E;
  /** What it may wait for in the middle of its work. */
  waitsFor?: W;
  /** How many of it run at once; absent: 4. */
  concurrency?: number;
}

type EventKinds = readonly EventKind[];

/** An event, several (it fans out), or none. */
type Returned<E extends EventKind> = SentOf<E> | readonly SentOf<E>[] | undefined | void;

type TakenOfEach<A extends EventKinds> = { -readonly [I in keyof A]: TakenOf<A[I]> };

/**
 * A step: a function that is run for each event of the types that it accepts, and returns what comes next.
 * `joins` in place of `accepts`: it waits for one of each, and is given all of them. `effect`: it changes
 * something, so that after a crash it is not run again before a person has agreed.
 */
export function step<const A extends EventKinds, const E extends EventKinds, const W extends EventKinds = []>(
  options: StepOptions<E, W> & { accepts: A; joins?: undefined },
  run: (
    context: WorkflowContext<E[number], W[number]>,
    event: TakenOf<A[number]>,
  ) => Returned<E[number]> | Promise<Returned<E[number]>>,
): WorkflowStep;
export function step<const A extends EventKinds, const E extends EventKinds, const W extends EventKinds = []>(
  options: StepOptions<E, W> & { joins: A; accepts?: undefined },
  run: (
    context: WorkflowContext<E[number], W[number]>,
    ...events: TakenOfEach<A>
  ) => Returned<E[number]> | Promise<Returned<E[number]>>,
): WorkflowStep;
export function step(
  options: StepOptions<EventKinds, EventKinds> & {
    accepts?: EventKinds | undefined;
    joins?: EventKinds | undefined;
  },
  run: (context: never, ...events: never[]) => unknown,
): WorkflowStep {
  const { accepts = [], joins, emits, waitsFor = [], concurrency = 4, retry, timeout, effect } = options;
  return Object.freeze({
    ...{ accepts: joins ?? accepts, isJoin: joins !== undefined, emits, waitsFor, concurrency },
    ...(retry && { retry }),
    ...(timeout !== undefined && { timeout }),
    ...(effect && { effect }),
    // Cast: its types are those of the events above, which the engine gives it.
    run: run as WorkflowStep["run"],
  });
}
