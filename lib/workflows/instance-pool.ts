import type { WorkflowInstance } from "../protocol/workflow-state.ts";
import type { Flow } from "./flow.ts";
import { acceptedOutside, takeOutside } from "./outside-events.ts";
import { runInstance } from "./run-instance.ts";

/** The instances that run in this process. */
export interface InstancePool {
  /** How many of a step do. */
  countOf(step: string): number;
  readonly isIdle: boolean;
  /** Each of them waits for people. */
  readonly isWaiting: boolean;
  /** What one of them has failed with. */
  readonly failure: unknown;
  start(instance: Pick<WorkflowInstance, "instance" | "step">, isResumed?: boolean): void;
  /** Waits for what steps accept from outside. False: it does already, or there is nothing like that. */
  awaitOutside(): boolean;
}

export function createInstancePool(flow: Flow): InstancePool {
  const active = new Map<string, { step: string; isWaiting: boolean }>();
  const counts = new Map<string, number>();
  let failure: unknown;

  function count(step: string, by: number): void {
    counts.set(step, (counts.get(step) ?? 0) + by);
  }

  function start(
    { instance, step: name }: Pick<WorkflowInstance, "instance" | "step">,
    isResumed = false,
  ): void {
    const step = flow.workflow.steps[name];
    if (!step) return;
    run(instance, name, (onWaiting) =>
      runInstance(flow, instance, { step, isResumed, onWaiting, onStop: flow.stop }),
    );
  }

  function awaitOutside(): boolean {
    const kinds = acceptedOutside(flow).filter(({ name }) => !active.has(`outside ${name}`));
    for (const kind of kinds)
      run(`outside ${kind.name}`, "", (onWaiting) => takeOutside(flow, kind, onWaiting));
    return kinds.length > 0;
  }

  function run(
    id: string,
    step: string,
    work: (onWaiting: (isWaiting: boolean) => void) => Promise<void>,
  ): void {
    const entry = { step, isWaiting: false };
    active.set(id, entry);
    count(step, 1);
    const onWaiting = (isWaiting: boolean): void => {
      entry.isWaiting = isWaiting;
      flow.queue.wake();
    };
    void work(onWaiting)
      .catch((error: unknown) => {
        if (!flow.signal.aborted) failure ??= error;
      })
      .finally(() => {
        active.delete(id);
        count(step, -1);
        flow.queue.wake();
      });
  }

  return {
    countOf: (step) => counts.get(step) ?? 0,
    get isIdle() {
      return active.size === 0;
    },
    get isWaiting() {
      return active.size > 0 && [...active.values()].every(({ isWaiting }) => isWaiting);
    },
    get failure() {
      return failure;
    },
    start,
    awaitOutside,
  };
}
