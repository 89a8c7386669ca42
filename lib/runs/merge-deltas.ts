import type { EventBody } from "../protocol/run-event.ts";

type Delta = Extract<
  EventBody,
  { type: "text-delta" | "reasoning-delta" | "tool-input-delta" | "object-delta" }
>;

/** A delta longer than this is not grown any further. */
const maxLength = 16 * 1024;

/** Two adjacent deltas of one part as one (protocol 1.6); undefined if they are not. */
export function mergeDeltas(a: EventBody, b: EventBody): EventBody | undefined {
  if (!isDelta(a) || !isDelta(b) || partOf(a) !== partOf(b) || textOf(a).length >= maxLength)
    return undefined;
  const text = textOf(a) + textOf(b);
  return a.type === "tool-input-delta" ? { ...a, inputTextDelta: text } : { ...a, delta: text };
}

/** About how many bytes an event takes in a store: only its texts grow without bound. */
export const sizeOf = (event: EventBody): number => 150 + (isDelta(event) ? textOf(event).length : 0);

const isDelta = (event: EventBody): event is Delta =>
  event.type === "text-delta" ||
  event.type === "reasoning-delta" ||
  event.type === "tool-input-delta" ||
  event.type === "object-delta";

const partOf = (delta: Delta): string =>
  `${delta.type}/${delta.type === "tool-input-delta" ? delta.toolCallId : delta.id}`;

const textOf = (delta: Delta): string =>
  delta.type === "tool-input-delta" ? delta.inputTextDelta : delta.delta;
