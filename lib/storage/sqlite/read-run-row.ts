import { damaged } from "../core/unreadable.ts";
import type { RunRow } from "./rows.ts";
import type { Statements } from "./statements.ts";

/** The row of a run that another row names. Throws `StorageError("damaged")` if it is not there. */
export function readRunRow(sql: Statements, runId: string): RunRow {
  const row = sql.run.get(runId);
  if (!row) throw damaged(`run ${runId}`);
  return row;
}
