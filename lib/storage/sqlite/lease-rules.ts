import type { RunEvent } from "../../events/run-event.ts";
import { type Answer, type Append, isOver, type Lease, type Owner } from "../storage.ts";
import { type GrownRow, type LogRow, ownerOf, type RunRow, stopOf } from "./rows.ts";

/** Whether these events may join the log: the checks of docs/protocol.md 5.1, in its order. */
export function judge(row: LogRow | undefined, lease: Lease, events: readonly RunEvent[]): Append["kind"] {
  if (!row || !isHeld(row, lease)) return "fenced";
  const fresh = freshOf(row, events);
  if (fresh.length === 0) return "dup";
  if (isOver(row.status)) return "closed";
  return fresh.every((event, at) => event.seq === row.head + 1 + at) ? "ok" : "gap";
}

/** Those that are not in the log yet. */
export const freshOf = (row: LogRow, events: readonly RunEvent[]): RunEvent[] =>
  events.filter((event) => event.seq > row.head);

/** True for the newest claim, lapsed or not, until it suspends. */
export const isHeld = (row: LogRow, lease: Lease): boolean =>
  row.epoch === lease.epoch && row.token === lease.token;

/** What every answer tells an owner. */
export function answerOf(row: GrownRow | undefined, head = row?.head ?? 0): Answer {
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
