import type { RunEvent } from "../../protocol/run-event.ts";

/** The events whose type or values hold a text, in capitals or not; all of them for an empty one. */
export function filterEvents(events: readonly RunEvent[], text: string): readonly RunEvent[] {
  const wanted = text.trim().toLowerCase();
  if (wanted === "") return events;
  return events.filter(
    (event) => event.type.includes(wanted) || JSON.stringify(valuesOf(event)).toLowerCase().includes(wanted),
  );
}

/** The values of an event in a line, without what every event has. */
export function summaryOfEvent(event: RunEvent): string {
  const { type: _, ...values } = valuesOf(event);
  const json = JSON.stringify(values);
  return json.slice(1, Math.min(json.length - 1, maxSummaryLength));
}

const maxSummaryLength = 200;

function valuesOf(event: RunEvent) {
  const { runId: _r, epoch: _e, seq: _s, ts: _t, ...body } = event;
  return body;
}
