import { StorageError } from "../storage-error.ts";
import type { ArchiveContext, RebuildReport } from "./archive-context.ts";
import { encodeRunLocator, encodeWorkItem } from "./codec/id-pairs.ts";
import { listAt, textAt, textsOf } from "./reply.ts";
import { scanAll } from "./scan-all.ts";
import { readRunIdsScript } from "./scripts/conversation.ts";
import { cleanListScript, rebuildScript, scanListScript } from "./scripts/rebuild.ts";

/**
 * Rebuilds what lies outside the conversations' tags from their records: pointers, users' lists, deleted
 * conversations, live runs. Servers may be running: each conversation is one script.
 */
export async function rebuild(context: ArchiveContext, ids: readonly string[]): Promise<RebuildReport> {
  const unreadable: string[] = [];
  let [conversations, runs] = [0, 0];
  for (const id of ids) {
    try {
      const found = await rebuildConversation(context, id);
      if (found === undefined) continue;
      conversations += 1;
      runs += found;
    } catch (error) {
      if (!(error instanceof StorageError && error.code === "damaged")) throw error;
      unreadable.push(id);
    }
  }
  return { conversations, runs, cleared: await cleanLists(context), unreadable };
}

/** How many of its runs can be found again; undefined if the conversation is gone by now. */
async function rebuildConversation(
  { script, keys }: ArchiveContext,
  id: string,
): Promise<number | undefined> {
  const { record, runs } = keys.conversation(id);
  const known = await script(readRunIdsScript, [record, runs], []);
  const userId = textAt(known, 0);
  const runIds = textsOf(listAt(known, 1));
  const [found] = await script(
    rebuildScript,
    [
      ...[record, keys.listOf(userId), keys.deleted, keys.liveRuns, keys.leftMessages, keys.waitingRuns],
      keys.dueQueues,
      ...runIds.flatMap((runId) => [keys.run(id, runId).record, keys.pointer(runId)]),
    ],
    [
      ...[userId, encodeRunLocator({ conversationId: id, userId })],
      ...runIds.map((runId) => encodeWorkItem(id, runId)),
    ],
  );
  return found === undefined ? undefined : Number(found);
}

async function cleanLists(context: ArchiveContext): Promise<number> {
  let cleared = 0;
  for (const list of await scanAll(context.scan, context.keys.listPattern)) {
    cleared += await cleanList(context, list);
  }
  return cleared;
}

async function cleanList({ script, keys }: ArchiveContext, list: string): Promise<number> {
  const userId = keys.userIdOf(list);
  let cleared = 0;
  let cursor = "0";
  do {
    const reply = await script(scanListScript, [list], [cursor]);
    const ids = textsOf(listAt(reply, 1)).filter((_, index) => index % 2 === 0);
    const records = ids.map((id) => keys.conversation(id).record);
    cleared += Number(textAt(await script(cleanListScript, [list, ...records], [userId, ...ids]), 0));
    cursor = textAt(reply, 0);
  } while (cursor !== "0");
  return cleared;
}
