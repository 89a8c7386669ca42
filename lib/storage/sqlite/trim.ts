import { undoMs } from "../../protocol/limits.ts";
import type { Statements } from "./statements.ts";
import type { Write } from "./transactions.ts";

/** At a time: the writes of all runs wait meanwhile. */
const limit = 20;

/** Purges deleted conversations that are past their undo time and whose runs are over. */
export const trim =
  (sql: Statements, now: () => number): Write<number> =>
  (changed) => {
    const purgeable = sql.purgeable.all(now() - undoMs, limit);
    for (const { id } of purgeable) {
      for (const { run_id } of sql.runIds.all(id)) changed(run_id);
      sql.purgeSettled.run(id);
      sql.purgeFresh.run(id);
      sql.purgeFolds.run(id);
      sql.purgeRuns.run(id);
      sql.purgeMessages.run(id);
      sql.purgeConversation.run(id);
    }
    return purgeable.length;
  };
