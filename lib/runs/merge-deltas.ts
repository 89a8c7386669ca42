import { createDeltaMerge } from "../protocol/delta-merge.ts";
import type { EventBody } from "../protocol/run-event.ts";
import { isHighSurrogate } from "../protocol/surrogates.ts";

type Delta = Extract<
  EventBody,
  { type: "text-delta" | "reasoning-delta" | "tool-input-delta" | "object-delta" }
>;

type TextDelta = Delta | Extract<EventBody, { type: "refusal-delta" }>;

/** Two adjacent deltas of one part as one (protocol 1.6); undefined if they are not. */
export const mergeDeltas = createDeltaMerge<EventBody>({
  isSamePart: (one, next) =>
    one.type === next.type && isDelta(one) && isDelta(next) && partOf(one) === partOf(next),
  textOf: (event) => (isDelta(event) ? deltaText(event) : ""),
  // The text of both has been read as far as the later one says.
  withText: (one, text, next) =>
    isDelta(one) ? { ...withText(one, text), ...("cursor" in next && { cursor: next.cursor }) } : one,
});

const withText = (event: TextDelta, text: string): EventBody =>
  event.type === "tool-input-delta" ? { ...event, inputTextDelta: text } : { ...event, delta: text };

/** The first half of it, with which nothing has been read to its end. */
function firstOf(event: TextDelta, text: string): EventBody {
  if (!("cursor" in event)) return withText(event, text);
  const { cursor: _, ...rest } = event;
  return withText(rest, text);
}

/** A delta as two of half its text; undefined for what is no delta, or is one character. */
export function splitDelta(event: EventBody): [EventBody, EventBody] | undefined {
  const isText = isDelta(event) || event.type === "refusal-delta";
  if (!isText) return undefined;
  const text = deltaText(event);
  const half = Math.ceil(text.length / 2);
  const at = isHighSurrogate(text.charCodeAt(half - 1)) ? half + 1 : half;
  return at < text.length ? [firstOf(event, text.slice(0, at)), withText(event, text.slice(at))] : undefined;
}

/** About how many bytes an event takes in a store: only its texts grow without bound. */
export const sizeOf = (event: EventBody): number => 150 + (isDelta(event) ? deltaText(event).length : 0);

const isDelta = (event: EventBody): event is Delta =>
  event.type === "text-delta" ||
  event.type === "reasoning-delta" ||
  event.type === "tool-input-delta" ||
  event.type === "object-delta";

const partOf = (delta: Delta): string => (delta.type === "tool-input-delta" ? delta.toolCallId : delta.id);

const deltaText = (delta: TextDelta): string =>
  delta.type === "tool-input-delta" ? delta.inputTextDelta : delta.delta;
