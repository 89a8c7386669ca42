import type { WorkflowInstance } from "../protocol/workflow-state.ts";
import type { Flow } from "./flow.ts";
import { acceptedOutside, takeOutside } from "./outside-events.ts";
import { type AwaitedBy, type InstanceOptions, runInstance } from "./run-instance.ts";

/** The instances that run in this process. */
export interface InstancePool {
  /** How many of a step do. */
  countOf(step: string): number;
  readonly isIdle: boolean;
  /** People are waited for, and nothing goes on before they have answered. */
  readonly isWaiting: boolean;
  /** The instances that wait for earlier ones of their step, and can be run up to there again. */
  readonly blocked: readonly string[];
  /** What one of them has failed with. */
  readonly failure: unknown;
  start(instance: Pick<WorkflowInstance, "instance" | "step">, isResumed?: boolean): void;
  /** Waits for what steps accept from outside. False: it does already, or there is nothing like that. */
  awaitOutside(): boolean;
}

interface ActiveInstance {
  waitsFor: AwaitedBy | undefined;
  asOf: number;
}

export function createInstancePool(flow: Flow): InstancePool {
  const active = new Map<string, ActiveInstance>();
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
      run(`outside ${kind.name}`, "", (onWaiting) =>
        takeOutside(flow, kind, (isWaiting, asOf) => onWaiting(isWaiting ? "people" : undefined, asOf)),
      );
    return kinds.length > 0;
  }

  function run(
    id: string,
    step: string,
    work: (onWaiting: InstanceOptions["onWaiting"]) => Promise<void>,
  ): void {
    const entry: ActiveInstance = { waitsFor: undefined, asOf: 0 };
    active.set(id, entry);
    count(step, 1);
    const onWaiting = (waitsFor: AwaitedBy | undefined, asOf = 0): void => {
      entry.waitsFor = waitsFor;
      entry.asOf = asOf;
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
      const waits = [...active.values()].map(({ waitsFor, asOf }) =>
        // What has come since then may help it on.
        waitsFor === "people" && asOf < flow.decisions ? undefined : waitsFor,
      );
      return waits.includes("people") && !waits.includes(undefined);
    },
    get blocked() {
      return [...active].flatMap(([id, { waitsFor }]) => (waitsFor === "earlier" ? [id] : []));
    },
    get failure() {
      return failure;
    },
    start,
    awaitOutside,
  };
}
