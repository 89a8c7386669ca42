import { undoMs } from "../../protocol/limits.ts";
import { type Deletion, maxDeletionsRead } from "../core/undo-clock.ts";
import { isUnreadable } from "../core/unreadable.ts";
import { encodeWorkItem } from "./codec/id-pairs.ts";
import type { KvContext } from "./kv-context.ts";
import { listAt, textAt, textsOf } from "./reply.ts";
import { readRunIdsScript } from "./scripts/conversation.ts";
import { dateDeletionScript, listDeletionsScript, purgeScript } from "./scripts/purge.ts";

/** Conversations purged by one call. */
const maxPurgedAtOnce = 20;

/**
 * `RunStore.trim`: purges deleted conversations whose undo time is over and whose runs have ended. What the
 * wall clock misdates is dated anew first.
 */
export async function purgeConversationsInKv(context: KvContext): Promise<number> {
  const reply = await context.script(listDeletionsScript, [context.keys.deleted], [maxDeletionsRead]);
  const wall = Number(textAt(reply, 0));
  const deletions = await datedAnew(context, deletionsIn(textsOf(listAt(reply, 1))), wall);
  const purgeable = deletions.filter(({ deletedAt }) => deletedAt <= wall - undoMs);
  let count = 0;
  for (const { id } of purgeable.slice(0, maxPurgedAtOnce)) {
    count += await purge(context, id).catch((error: unknown) => {
      if (isUnreadable(error)) return 0;
      throw error;
    });
  }
  return count;
}

/** From ids and times in turn. */
const deletionsIn = (flat: readonly string[]): Deletion[] =>
  flat.flatMap((id, index) => (index % 2 === 0 ? [{ id, deletedAt: Number(flat[index + 1]) }] : []));

/** The clock keeps its last look until all new dates are stored: a call may fail. */
async function datedAnew(
  context: KvContext,
  deletions: readonly Deletion[],
  wall: number,
): Promise<readonly Deletion[]> {
  const { undoClock } = context;
  const dated = deletions.map(({ id, deletedAt }) => ({
    ...{ id, from: deletedAt },
    deletedAt: undoClock.dateOf({ id, deletedAt }, wall),
  }));
  const wrong = dated.filter(({ from, deletedAt }) => from !== deletedAt);
  if (wrong.length === 0) undoClock.keep(deletions, wall);
  for (const { id, from, deletedAt } of wrong)
    await dateDeletion(context, { id, deletedAt: from }, deletedAt);
  return dated;
}

/** One that cannot be read keeps its date, and no other from getting its own. */
export async function dateDeletion(
  { script, keys }: Pick<KvContext, "script" | "keys">,
  { id, deletedAt }: Deletion,
  right: number,
): Promise<void> {
  const { record } = keys.conversation(id);
  await script(dateDeletionScript, [record, keys.deleted], [id, deletedAt, right]).catch((error: unknown) => {
    if (!isUnreadable(error)) throw error;
  });
}

async function purge({ script, keys }: KvContext, conversationId: string): Promise<number> {
  const { record, order, messages, runs } = keys.conversation(conversationId);
  const known = await script(readRunIdsScript, [record, runs], []);
  const userId = textAt(known, 0);
  const runIds = textsOf(listAt(known, 1));
  const keysOfRun = (runId: string) => {
    const run = keys.run(conversationId, runId);
    return [run.record, run.log, run.fold, keys.pointer(runId)];
  };
  const [purged] = await script(
    purgeScript,
    [
      ...[record, order, messages, runs, keys.deleted, keys.listOf(userId), keys.liveRuns],
      keys.dueQueues,
      ...runIds.flatMap(keysOfRun),
    ],
    [undoMs, conversationId, ...runIds.map((runId) => encodeWorkItem(conversationId, runId))],
  );
  return userId === "" ? 0 : Number(purged);
}
