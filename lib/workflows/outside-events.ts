import { ModelError } from "../models/model-error.ts";
import type { EventKind } from "./define-event.ts";
import { eventWait, waitOutput } from "./event-wait.ts";
import type { Flow } from "./flow.ts";
import { createStepCalls } from "./step-calls.ts";

/** The events that come from outside to a step that accepts them, whatever else it may wait for. */
export const acceptedOutside = ({ workflow: { graph, events } }: Pick<Flow, "workflow">): EventKind[] =>
  graph.outside.flatMap((name) => {
    const isAccepted = graph.steps.some(({ accepts }) => accepts.includes(name));
    return (isAccepted && events.get(name)) || [];
  });

/**
 * Waits for the next event of a type, and sends it into the queue. One that was answered, and whose event is
 * not in the log, is found there. Rejects where it is declined: nothing else could go on.
 */
export async function takeOutside(
  flow: Flow,
  kind: EventKind,
  onWaiting: (isWaiting: boolean, asOf: number) => void,
): Promise<void> {
  const { name } = kind;
  const taken = flow.state.outside?.[name] ?? 0;
  const calls = createStepCalls(flow, {
    ...{ instance: `outside/${name}`, failures: 0, purpose: `-${taken + 1}` },
    onWaiting: async (isWaiting, asOf) => onWaiting(isWaiting, asOf),
  });
  const came = waitOutput.parse(await calls.call(eventWait(kind), { event: name }));
  if (!("data" in came)) {
    const errorText = `the run needs ${name} to go on, and it was declined`;
    const takers = flow.workflow.graph.steps.filter(({ accepts }) => accepts.includes(name));
    const facts = { steps: takers.map((step) => step.name) };
    throw new ModelError("workflow-failed", errorText, { retryable: true, facts });
  }
  await flow.push({ type: "workflow-event", id: "", name, data: came.data });
}
