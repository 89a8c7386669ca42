import type { RunEvent } from "../../protocol/run-event.ts";
import type { Lease } from "../run-store.ts";

const terminal: ReadonlySet<RunEvent["type"]> = new Set(["finish", "abort", "error", "interrupted"]);

/**
 * Throws `TypeError` for events that no store may take: another run's or epoch's, or a log that ends
 * elsewhere than at its end.
 */
export function checkEvents(lease: Lease, events: readonly RunEvent[], ends: boolean): void {
  for (const [at, event] of events.entries()) {
    if (event.runId !== lease.runId || event.epoch !== lease.epoch) {
      throw new TypeError(
        `event ${event.seq} is of ${event.runId}:${event.epoch}, the lease of ${lease.runId}:${lease.epoch}`,
      );
    }
    const mayEnd = ends && at === events.length - 1;
    if (terminal.has(event.type) !== mayEnd) {
      throw new TypeError(
        `event ${event.seq} (${event.type}): a terminal event stands last, and in \`finish\` only`,
      );
    }
  }
  if (ends && events.length === 0) throw new TypeError("`finish` needs the terminal event");
}
