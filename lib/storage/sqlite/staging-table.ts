/**
 * Where the events of a log are written.
 *
 * Owns: the choice between the two tables, and the moves from one to the other (docs/decisions/0006).
 * Does not own: which events may join a log (core/append-rules.ts), nor the run's row (run-log.ts).
 *
 * E1  Each event is in exactly one of `fresh_events` (the staging table: all runs, in the order of their
 *     appends) and `settled_events` (the main table: by run and number). A log is read through the view
 *     `events`; between the tables there is no order.
 * E2  The staging table holds at most `maxStaged` events after a commit, so that a reader scans few rows.
 * E3  A move is part of the transaction of the append that filled the staging table: no event is ever missing
 *     from the view.
 * E4  Long events skip the staging table: they fill pages of their own anyway.
 */

import type { LogEntry } from "../../protocol/log-entry.ts";
import type { RunEvent } from "../../protocol/run-event.ts";
import { encodeEntry } from "../core/encode-entry.ts";
import type { Statements } from "./statements.ts";

/** E2. A move of this many takes about 3 ms. */
const maxStaged = 1024;
/** E4: characters of JSON, which are half a page of 4 kB, or a whole one in Chinese. */
const maxStagedCharacters = 2048;

/** Writes the events of a run, inside a write transaction. Returns them as they were stored. */
export function storeEvents(sql: Statements, runId: string, events: readonly RunEvent[]): LogEntry[] {
  const entries = events.map(encodeEntry);
  // The newest row's id: counted from 1 since the last move, because a move empties the table.
  let staged = 0;
  for (const { seq, epoch, json } of entries) {
    if (json.length > maxStagedCharacters) sql.addToMain.run(runId, seq, epoch, json);
    else staged = sql.addToStaging.insert(runId, seq, epoch, json);
  }
  if (staged >= maxStaged) {
    sql.moveStagedToMain.run();
    sql.clearStaging.run();
  }
  return entries;
}
