import type { RunEvent } from "../../protocol/run-event.ts";
import { createJsonParser } from "../../structured/json-parser.ts";
import type { JsonValue } from "../../structured/json-value.ts";

/**
 * The object of an answer while it is written, from the events alone: each time that more of it is to be
 * seen. A part that did not change is `===` that of the value before. An attempt that takes the place of
 * another begins anew; objects of agents inside calls are none of it.
 */
export async function* objectPartialsOf(events: AsyncIterable<RunEvent>): AsyncGenerator<JsonValue> {
  const inside = new Set<string>();
  let parser = createJsonParser();
  let id: string | undefined;
  let last: JsonValue | undefined;
  for await (const event of events) {
    if (event.type === "start-step" && event.parentToolCallId !== undefined) inside.add(event.stepId);
    if (event.type === "object-start" && !inside.has(event.stepId ?? "")) {
      parser = createJsonParser();
      id = event.id;
      last = undefined;
    }
    if (event.type !== "object-delta" || event.id !== id) continue;
    parser.push(event.delta);
    const value = parser.value();
    if (value === undefined || value === last) continue;
    last = value;
    yield value;
  }
}
