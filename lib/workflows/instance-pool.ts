import type { WorkflowInstance } from "../protocol/workflow-state.ts";
import type { Flow } from "./flow.ts";
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
    const entry = { step: name, isWaiting: false };
    active.set(instance, entry);
    count(name, 1);
    const onWaiting = (isWaiting: boolean): void => {
      entry.isWaiting = isWaiting;
      flow.queue.wake();
    };
    void runInstance(flow, instance, { step, isResumed, onWaiting, onStop: flow.stop })
      .catch((error: unknown) => (failure ??= error))
      .finally(() => {
        active.delete(instance);
        count(name, -1);
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
  };
}
