import { undoMs } from "../../protocol/limits.ts";
import { isUnreadable } from "../core/unreadable.ts";
import { encodeWorkItem } from "./codec/id-pairs.ts";
import type { KvContext } from "./kv-context.ts";
import { listAt, textAt, textsOf } from "./reply.ts";
import { readRunIdsScript } from "./scripts/conversation.ts";
import { listPurgeableScript, purgeScript } from "./scripts/purge.ts";

/** Conversations purged by one call. */
const maxPurgedAtOnce = 20;

/** `RunStore.trim`: purges deleted conversations whose undo time is over and whose runs have ended. */
export async function purgeConversationsInKv(context: KvContext): Promise<number> {
  const { script, keys } = context;
  const purgeable = await script(listPurgeableScript, [keys.deleted], [undoMs, maxPurgedAtOnce]);
  let count = 0;
  for (const id of textsOf(purgeable)) {
    count += await purge(context, id).catch((error: unknown) => {
      if (isUnreadable(error)) return 0;
      throw error;
    });
  }
  return count;
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
      ...runIds.flatMap(keysOfRun),
    ],
    [undoMs, conversationId, ...runIds.map((runId) => encodeWorkItem(conversationId, runId))],
  );
  return userId === "" ? 0 : Number(purged);
}
