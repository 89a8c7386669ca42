import { expiredReason } from "../../protocol/codes.ts";
import type { LogEntry } from "../../protocol/log-entry.ts";
import type { RunMeta } from "../run-store.ts";

/*
 * How long a run has waited for a person. Drivers that decide inside their database repeat the rule there and
 * name it (kv/scripts).
 *
 * O1  It waits since the newest event of its log, by the time that this was written: any build, and any copy
 *     of the store, knows as much. Never since before it was made, by the store's clock.
 * O2  Only a run that is `waiting` then gets the stop request: what was decided first goes on.
 */

/** Who stops a run that nobody answers, and why: its log ends with that. */
export const expiry = { by: "server", reason: expiredReason } as const;

/** O1. Store ms. `newest`: undefined if it cannot be read. */
export function waitsSince({ createdAt }: Pick<RunMeta, "createdAt">, newest: LogEntry | undefined): number {
  const ts = newest && /"ts":(\d+)/.exec(newest.json)?.[1];
  return Math.max(createdAt, Number(ts ?? 0));
}
