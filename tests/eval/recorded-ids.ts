import { AsyncLocalStorage } from "node:async_hooks";
import type { EventOf, RunEvent } from "#lib/protocol/run-event.ts";

/** The ids of a run's steps, given to whoever begins one when the run is run again. */
export interface RecordedIds {
  /** Runs what an instance of a workflow's step does: its steps have ids of their own. */
  within<T>(instance: string, work: () => T): T;
  next(): string;
  /** Another holder goes on after so many events: what was taken and not written is left again. */
  renew(written: number): void;
}

export function recordedIds(recorded: readonly RunEvent[]): RecordedIds {
  const instances = new AsyncLocalStorage<string>();
  const begun = recorded.filter((event): event is EventOf<"start-step"> => event.type === "start-step");
  let left = [...begun];
  return {
    within: (instance, work) => instances.run(instance, work),
    next() {
      const instance = instances.getStore();
      const own = left.findIndex(({ workflowStep }) => workflowStep === instance);
      // What is asked before an instance goes on, or of a run that goes another way.
      const [next] = left.splice(Math.max(0, own), 1);
      return next?.stepId ?? crypto.randomUUID();
    },
    renew(written) {
      left = begun.filter(({ seq }) => seq > written);
    },
  };
}
