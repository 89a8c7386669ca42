import type { EventBody } from "../protocol/run-event.ts";

/**
 * In which order what the steps of a run do side by side is passed on, where it is not the order in which
 * they do it: a recorded run is run again as it was.
 */
export interface RunOrder {
  /** Resolves when it is their turn. They are passed on together. */
  turn(events: readonly EventBody[]): Promise<void>;
  /** Whether an instance begins now, with that event; `onTurn` is called when it may, if it may not yet. */
  mayBegin(event: EventBody, onTurn: () => void): boolean;
}
