import type { Part } from "../protocol/message.ts";
import type { EventBody } from "../protocol/run-event.ts";
import type { RunState } from "../protocol/run-state.ts";
import { isHighSurrogate } from "../protocol/surrogates.ts";

/** About how many characters a fold's parts take, as JSON. */
export const partsLength = ({ parts }: RunState): number => JSON.stringify(parts).length;

/**
 * The fold with the beginning of what was written, about `length` characters of its parts: whole ones, and of
 * the next one its text as far as there is space, if it has one.
 */
export function shortenState(state: RunState, length: number): RunState {
  const parts: Part[] = [];
  let left = length;
  for (const part of state.parts) {
    const size = JSON.stringify(part).length;
    if (size <= left) parts.push(part);
    else if ("text" in part) parts.push(...beginningOf(part, left - size));
    left -= size;
    if (left <= 0) break;
  }
  return { ...state, parts };
}

/** A call's arguments that were never complete are told with it when it is closed. */
export function shortenInput(event: EventBody, length: number): EventBody {
  if (event.type !== "tool-input-error" || typeof event.input !== "string") return event;
  return event.input.length <= length ? event : { ...event, input: event.input.slice(0, length) };
}

/** The part with less text, `over` (negative) characters of JSON less; none where no text would be left. */
function beginningOf(part: Extract<Part, { text: string }>, over: number): Part[] {
  const { text } = part;
  const length = JSON.stringify(text).length;
  const end = Math.floor((text.length * (length + over)) / length) - 1;
  if (end < 1) return [];
  const cut = text.slice(0, isHighSurrogate(text.charCodeAt(end - 1)) ? end - 1 : end);
  if (part.type === "refusal" || part.type === "steered") return [{ ...part, text: cut }];
  // What the provider gave with it stands for the whole.
  const { providerMetadata: _, ...rest } = part;
  return [{ ...rest, text: cut }];
}
