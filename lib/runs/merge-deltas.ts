import { createDeltaMerge } from "../protocol/delta-merge.ts";
import type { EventBody } from "../protocol/run-event.ts";

type Delta = Extract<
  EventBody,
  { type: "text-delta" | "reasoning-delta" | "tool-input-delta" | "object-delta" }
>;

/** Two adjacent deltas of one part as one (protocol 1.6); undefined if they are not. */
export const mergeDeltas = createDeltaMerge<EventBody>({
  isSamePart: (one, next) =>
    one.type === next.type && isDelta(one) && isDelta(next) && partOf(one) === partOf(next),
  textOf: (event) => (isDelta(event) ? deltaText(event) : ""),
  withText(event, text) {
    return event.type === "tool-input-delta" ? { ...event, inputTextDelta: text } : { ...event, delta: text };
  },
});

/** About how many bytes an event takes in a store: only its texts grow without bound. */
export const sizeOf = (event: EventBody): number => 150 + (isDelta(event) ? deltaText(event).length : 0);

const isDelta = (event: EventBody): event is Delta =>
  event.type === "text-delta" ||
  event.type === "reasoning-delta" ||
  event.type === "tool-input-delta" ||
  event.type === "object-delta";

const partOf = (delta: Delta): string => (delta.type === "tool-input-delta" ? delta.toolCallId : delta.id);

const deltaText = (delta: Delta): string =>
  delta.type === "tool-input-delta" ? delta.inputTextDelta : delta.delta;
