import type { Statements } from "./statements.ts";
import type { Write } from "./transactions.ts";

/** How long a deleted conversation can be brought back, ms (docs/protocol.md 3.6). */
const undoMs = 10_000;
/** At a time: the writes of all runs wait meanwhile. */
const limit = 20;

/** Purges deleted conversations that are past their undo time and whose runs are over. */
export const trim =
  (sql: Statements, now: () => number): Write<number> =>
  () => {
    const purgeable = sql.purgeable.all(now() - undoMs, limit);
    for (const { id } of purgeable) {
      sql.purgeEvents.run(id);
      sql.purgeFolds.run(id);
      sql.purgeRuns.run(id);
      sql.purgeMessages.run(id);
      sql.purgeConversation.run(id);
    }
    return purgeable.length;
  };
