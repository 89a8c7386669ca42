import type { RunEvent } from "../../protocol/run-event.ts";
import type { Lease } from "../run-store.ts";

const terminalTypes: ReadonlySet<RunEvent["type"]> = new Set(["finish", "abort", "error", "interrupted"]);

/**
 * Throws `TypeError` for events that no store may take, a mistake of the caller: an event of another run or
 * epoch, a terminal event in an `append` (`ends` false), or a `finish` (`ends` true) whose last event is not
 * one.
 */
export function checkEvents(lease: Lease, events: readonly RunEvent[], ends: boolean): void {
  for (const [index, event] of events.entries()) {
    if (event.runId !== lease.runId || event.epoch !== lease.epoch) {
      throw new TypeError(
        `event ${event.seq} is of ${event.runId}:${event.epoch}, the lease of ${lease.runId}:${lease.epoch}`,
      );
    }
    const mustEnd = ends && index === events.length - 1;
    if (terminalTypes.has(event.type) !== mustEnd) {
      throw new TypeError(
        `event ${event.seq} (${event.type}): a terminal event stands last, and in \`finish\` only`,
      );
    }
  }
  if (ends && events.length === 0) throw new TypeError("`finish` needs the terminal event");
}
