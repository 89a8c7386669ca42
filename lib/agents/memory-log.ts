import { closingEvents } from "../protocol/closing-events.ts";
import { fold } from "../protocol/fold.ts";
import type { EventBody, RunEvent } from "../protocol/run-event.ts";
import { emptyRun, type RunState } from "../protocol/run-state.ts";

/** The log of a run that lives as long as its process: numbered, folded, read by anybody from its start. */
export interface MemoryLog {
  readonly state: RunState;
  readonly isEnded: boolean;
  push(body: EventBody): void;
  /** Closes what is open, then the terminal event. */
  end(terminal: EventBody, errorText: string): void;
  /** From the first event on, and then as they come, to the terminal one; any number of readers. */
  read(): AsyncGenerator<RunEvent, void>;
}

/** `before`: where it goes on from. */
export function createMemoryLog(runId: string, wall: () => number, before = emptyRun(runId)): MemoryLog {
  const events: RunEvent[] = [];
  let state = before;
  let isEnded = false;
  let added = Promise.withResolvers<void>();

  function push(body: EventBody): void {
    if (isEnded) return;
    const event: RunEvent = { runId, epoch: 1, seq: state.seq + 1, ts: wall(), ...body };
    events.push(event);
    state = fold(state, event);
    added.resolve();
    added = Promise.withResolvers();
  }

  return {
    get state() {
      return state;
    },
    get isEnded() {
      return isEnded;
    },
    push,
    end(terminal, errorText) {
      for (const body of closingEvents(state, { code: terminal.type, errorText })) push(body);
      push(terminal);
      isEnded = true;
    },
    async *read() {
      for (let at = 0; ; ) {
        const next = added.promise;
        for (; at < events.length; at += 1) {
          const event = events[at];
          if (event) yield event;
        }
        if (isEnded && at === events.length) return;
        if (at === events.length) await next;
      }
    },
  };
}
