import type { EventOf, RunEvent } from "#lib/protocol/run-event.ts";

/** What one request of a step came to: the events that its model caused, in order. */
export interface RecordedRequest {
  /** Why it came to nothing, and the model was asked again. */
  retry?: EventOf<"retry">;
  events: readonly RunEvent[];
  /** The end of the step, where its model came to it. */
  finish?: EventOf<"finish-step">;
  usage?: EventOf<"usage">;
}

/** The requests of each step of a log, by the step and how often it had begun by then (from 1). */
export interface RecordedSteps {
  requests(stepId: string, round: number): readonly RecordedRequest[];
  /** Ids of steps in the order in which they began. */
  readonly stepIds: readonly string[];
}

export function recordedSteps(events: readonly RunEvent[]): RecordedSteps {
  const stepOf = stepsOfEvents(events);
  return {
    stepIds: events.flatMap((event) => (event.type === "start-step" ? [event.stepId] : [])),
    requests(stepId, round) {
      const starts = events.filter((event) => event.type === "agent-input" && event.stepId === stepId);
      const from = starts[round - 1]?.seq ?? Infinity;
      const to = starts[round]?.seq ?? Infinity;
      const own = events
        .filter(({ seq }) => seq > from && seq < to)
        .filter((event) => stepOf(event) === stepId);
      return requestsIn(own);
    },
  };
}

function requestsIn(events: readonly RunEvent[]): RecordedRequest[] {
  const requests: RecordedRequest[] = [];
  let pending: RunEvent[] = [];
  for (const event of events) {
    if (event.type !== "retry" || event.what !== "model") pending.push(event);
    else {
      requests.push({ retry: event, events: pending });
      pending = [];
    }
  }
  const finish = pending.find((event) => event.type === "finish-step");
  const usage = pending.find((event) => event.type === "usage");
  return [...requests, { events: pending, ...(finish && { finish }), ...(usage && { usage }) }];
}

/** Which step an event belongs to, by the parts and calls that were begun before it. */
function stepsOfEvents(events: readonly RunEvent[]): (event: RunEvent) => string | undefined {
  const steps = new Map<string, string>();
  const bySeq = new Map<number, string | undefined>();
  let newest = "";
  for (const event of events) {
    if (event.type === "start-step") newest = event.stepId;
    const key = keyOf(event);
    const named = "stepId" in event ? event.stepId : undefined;
    if (key !== undefined && !steps.has(key)) steps.set(key, named ?? newest);
    bySeq.set(event.seq, named ?? (key === undefined ? undefined : steps.get(key)));
  }
  return ({ seq }) => bySeq.get(seq);
}

const keyOf = (event: RunEvent): string | undefined =>
  "toolCallId" in event
    ? `call ${event.toolCallId}`
    : "id" in event && event.type !== "data" && event.id !== undefined
      ? `part ${event.id}`
      : undefined;
