import type { RunEvent } from "../../protocol/run-event.ts";
import { isEnded } from "../../protocol/run-status.ts";
import type { AppendResult, Holder, Lease, LeaseReply } from "../run-store.ts";
import { type AppendedRow, holderOf, type LogRow, type RunRow, stopOf } from "./rows.ts";

/** Whether these events may join the log: the checks of docs/protocol.md 5.1, in its order. */
export function judge(
  row: LogRow | undefined,
  lease: Lease,
  events: readonly RunEvent[],
): AppendResult["kind"] {
  if (!row || !isHeld(row, lease)) return "fenced";
  const fresh = freshOf(row, events);
  if (fresh.length === 0) return "dup";
  if (isEnded(row.status)) return "closed";
  return fresh.every((event, at) => event.seq === row.head + 1 + at) ? "ok" : "gap";
}

/** Those that are not in the log yet. */
export const freshOf = (row: LogRow, events: readonly RunEvent[]): RunEvent[] =>
  events.filter((event) => event.seq > row.head);

/** True for the newest claim, lapsed or not, until it suspends. */
export const isHeld = (row: LogRow, lease: Lease): boolean =>
  row.epoch === lease.epoch && row.token === lease.token;

/** What every answer tells an owner. */
export function answerOf(row: AppendedRow | undefined, head = row?.head ?? 0): LeaseReply {
  const stop = row && stopOf(row);
  return { head, ...(stop && { stop }) };
}

/** True while its holder is taken to be alive. */
export function isLeased(row: RunRow, now: number, deadHolder?: Holder): boolean {
  return row.lease_until > now && !(deadHolder && isSameOwner(holderOf(row), deadHolder));
}

const isSameOwner = (one: Holder | undefined, other: Holder): boolean =>
  one?.host === other.host &&
  one.boot === other.boot &&
  one.pid === other.pid &&
  one.startedAt === other.startedAt;
