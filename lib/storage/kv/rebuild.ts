import { StorageError } from "../storage-error.ts";
import type { ArchiveContext, Rebuilt } from "./archive-context.ts";
import { clearIndexScript, indexScript, rebuildScript } from "./archive-scripts.ts";
import { runsOfScript } from "./conversation-scripts.ts";
import { listAt, textAt, textsOf } from "./run-script.ts";
import { scanAll } from "./scan-all.ts";

/**
 * Makes what lies outside the conversations' tags anew from their records: the pointers of runs, the owners'
 * lists, the lists of work. Servers may be at work meanwhile: each conversation is one atomic step.
 */
export async function rebuild(context: ArchiveContext, ids: readonly string[]): Promise<Rebuilt> {
  const unreadable: string[] = [];
  let [conversations, runs] = [0, 0];
  for (const id of ids) {
    try {
      const found = await rebuildOne(context, id);
      if (found === undefined) continue;
      conversations += 1;
      runs += found;
    } catch (error) {
      if (!(error instanceof StorageError && error.code === "damaged")) throw error;
      unreadable.push(id);
    }
  }
  return { conversations, runs, cleared: await clearIndexes(context), unreadable };
}

/** How many of its runs can be found again; nothing if it is gone by now. */
async function rebuildOne({ script, keys }: ArchiveContext, id: string): Promise<number | undefined> {
  const { itself, runs } = keys.conversation(id);
  const known = await script(runsOfScript, [itself, runs], []);
  const userId = textAt(known, 0);
  const runIds = textsOf(listAt(known, 1));
  const [found] = await script(
    rebuildScript,
    [
      ...[itself, keys.ownerIndex(userId), keys.deleted, keys.live],
      ...runIds.flatMap((runId) => [keys.run(id, runId).itself, keys.pointer(runId)]),
    ],
    [userId, keys.place(id, userId), ...runIds.map((runId) => keys.member(id, runId))],
  );
  return found === undefined ? undefined : Number(found);
}

async function clearIndexes(context: ArchiveContext): Promise<number> {
  let cleared = 0;
  for (const index of await scanAll(context.scan, context.keys.ownerPattern)) {
    cleared += await clearIndex(context, index);
  }
  return cleared;
}

async function clearIndex({ script, keys }: ArchiveContext, index: string): Promise<number> {
  const userId = keys.userIdOf(index);
  let cleared = 0;
  let cursor = "0";
  do {
    const reply = await script(indexScript, [index], [cursor]);
    const ids = textsOf(listAt(reply, 1)).filter((_, at) => at % 2 === 0);
    const conversations = ids.map((id) => keys.conversation(id).itself);
    cleared += Number(textAt(await script(clearIndexScript, [index, ...conversations], [userId, ...ids]), 0));
    cursor = textAt(reply, 0);
  } while (cursor !== "0");
  return cleared;
}
