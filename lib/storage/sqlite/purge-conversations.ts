import { undoMs } from "../../protocol/limits.ts";
import { maxDeletionsRead, type UndoClock } from "../core/undo-clock.ts";
import type { Statements } from "./statements.ts";
import type { Write } from "./write-batch.ts";

/** Conversations of one transaction: the appends of all runs wait for it. */
const maxPurged = 20;

/**
 * `RunStore.trim`: purges deleted conversations whose undo time is over and whose runs have ended. What the
 * wall clock misdates is dated anew first.
 */
export const purgeConversations =
  (sql: Statements, now: () => number, undoClock: UndoClock): Write<number> =>
  (changed) => {
    dateAnew(sql, now(), undoClock);
    const purgeable = sql.purgeable.all(now() - undoMs, maxPurged);
    for (const { id } of purgeable) {
      for (const { run_id } of sql.runIds.all(id)) changed(run_id);
      sql.purgeMain.run(id);
      sql.purgeStaging.run(id);
      sql.purgeFolds.run(id);
      sql.purgeInbox.run(id);
      sql.purgeRuns.run(id);
      sql.purgeMessages.run(id);
      sql.purgeConversation.run(id);
    }
    return purgeable.length;
  };

/** The clock keeps its last look until the new dates are committed, for a write may be rolled back. */
function dateAnew(sql: Statements, wall: number, undoClock: UndoClock): void {
  const found = sql.deletions.all(maxDeletionsRead);
  const deletions = found.map(({ id, deleted_at }) => ({ id, deletedAt: deleted_at }));
  const wrong = deletions.filter((deletion) => undoClock.dateOf(deletion, wall) !== deletion.deletedAt);
  for (const deletion of wrong) sql.setDeletedAt.run(undoClock.dateOf(deletion, wall), deletion.id);
  if (wrong.length === 0) undoClock.keep(deletions, wall);
}
