import { undoMs } from "../../protocol/limits.ts";
import type { Statements } from "./statements.ts";
import type { Write } from "./write-batch.ts";

/** Conversations of one transaction: the appends of all runs wait for it. */
const maxPurged = 20;

/** `RunStore.trim`: purges deleted conversations whose undo time is over and whose runs have ended. */
export const purgeConversations =
  (sql: Statements, now: () => number): Write<number> =>
  (changed) => {
    const purgeable = sql.purgeable.all(now() - undoMs, maxPurged);
    for (const { id } of purgeable) {
      for (const { run_id } of sql.runIds.all(id)) changed(run_id);
      sql.purgeMain.run(id);
      sql.purgeStaging.run(id);
      sql.purgeFolds.run(id);
      sql.purgeRuns.run(id);
      sql.purgeMessages.run(id);
      sql.purgeConversation.run(id);
    }
    return purgeable.length;
  };
