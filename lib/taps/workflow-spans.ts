import type { EventOf } from "../protocol/run-event.ts";

/** As much of a span as is asked of it here. */
interface StepSpan {
  setAttribute(key: string, value: string | number): unknown;
  addEvent(name: string, attributes: Readonly<Record<string, number>>, ts: number): unknown;
  end(ts: number): void;
}

/** One span for each instance of a workflow's steps, with all its attempts; what it asks is inside of it. */
export interface WorkflowSpans<S> {
  take(event: EventOf<"workflow-step">): void;
  /** Undefined: none is open. */
  of(instance: string | undefined): S | undefined;
  /** Ends those that are open. */
  close(ts: number): void;
}

/** `begin` starts a span in that of the run, `fail` marks one as failed. */
export function createWorkflowSpans<S extends StepSpan>(
  begin: (name: string, ts: number, attributes: Readonly<Record<string, string>>) => S,
  fail: (span: S, type: string) => void,
): WorkflowSpans<S> {
  const open = new Map<string, S>();

  function spanOf({ instance, step, ts }: EventOf<"workflow-step">): S {
    const known = open.get(instance);
    if (known) return known;
    const span = begin(`workflow_step ${step}`, ts, {
      "rivulet.workflow.step": step,
      "rivulet.workflow.instance": instance,
    });
    open.set(instance, span);
    return span;
  }

  function end(span: S, { instance, state, ts }: EventOf<"workflow-step">): void {
    span.setAttribute("rivulet.workflow.state", state);
    if (state === "failed") fail(span, "workflow-failed");
    span.end(ts);
    open.delete(instance);
  }

  return {
    take(event) {
      const { instance, state, attempt = 1, ts } = event;
      // What ended before this process went on with the run is in the spans of another.
      if (endStates.has(state) && !open.has(instance)) return;
      const isNew = !open.has(instance);
      const span = spanOf(event);
      span.setAttribute("rivulet.workflow.attempt", attempt);
      if (endStates.has(state)) end(span, event);
      else if (!isNew || state !== "running")
        span.addEvent(state, { "rivulet.workflow.attempt": attempt }, ts);
    },
    of: (instance) => (instance === undefined ? undefined : open.get(instance)),
    close(ts) {
      for (const span of open.values()) {
        span.setAttribute("rivulet.workflow.state", "left");
        span.end(ts);
      }
      open.clear();
    },
  };
}

const endStates: ReadonlySet<string> = new Set(["done", "failed", "cancelled"]);
