import type { RunEvent } from "../../events/run-event.ts";
import { type Answer, type Append, isOver, type Lease, type Owner } from "../storage.ts";
import { ownerOf, type RunRow, stopOf } from "./rows.ts";

/** Whether these events may join the log: the checks of docs/protocol.md 5.1, in its order. */
export function judge(row: RunRow | undefined, lease: Lease, events: readonly RunEvent[]): Append["kind"] {
  if (!row || !isHeld(row, lease)) return "fenced";
  const fresh = freshOf(row, events);
  if (fresh.length === 0) return "dup";
  if (isOver(row.status)) return "closed";
  return fresh.every((event, at) => event.seq === row.head + 1 + at) ? "ok" : "gap";
}

/** Those that are not in the log yet. */
export const freshOf = (row: RunRow, events: readonly RunEvent[]): RunEvent[] =>
  events.filter((event) => event.seq > row.head);

/** True for the newest claim, lapsed or not, until it suspends. */
export const isHeld = (row: RunRow, lease: Lease): boolean =>
  row.epoch === lease.epoch && row.token === lease.token;

/** What every answer tells an owner. */
export function answerOf(row: RunRow | undefined, head = row?.head ?? 0): Answer {
  const stop = row && stopOf(row);
  return { head, ...(stop && { stop }) };
}

/** True while its holder is taken to be alive. */
export function isLeased(row: RunRow, now: number, deadOwner?: Owner): boolean {
  return row.lease_until > now && !(deadOwner && isSameOwner(ownerOf(row), deadOwner));
}

const isSameOwner = (one: Owner | undefined, other: Owner): boolean =>
  one?.host === other.host &&
  one.boot === other.boot &&
  one.pid === other.pid &&
  one.startedAt === other.startedAt;

const terminal: ReadonlySet<RunEvent["type"]> = new Set(["finish", "abort", "error", "interrupted"]);

/** Throws `TypeError` for events that no store may take: another run's or epoch's, or a log that ends elsewhere than at its end. */
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
