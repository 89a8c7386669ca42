import type { Storage } from "../storage.ts";
import type { ArchivedConversation, ArchivedRun } from "./archive.ts";

/**
 * What servers read of a conversation, as JSON: its snapshot, and that of each run, found by the run's id
 * alone.
 */
export async function viewOf(
  { conversations, runs }: Storage,
  original: ArchivedConversation,
): Promise<string> {
  const conversation = await conversations.get(original.id, original.userId);
  const snapshots = await Promise.all(original.runs.map(({ runId }) => runs.snapshot(runId)));
  return JSON.stringify({ conversation, snapshots }, toWellFormed);
}

/** As in the records (archive.ts): one of the stores may keep half a character where the other cannot. */
const toWellFormed = (_: string, value: unknown) =>
  typeof value === "string" ? value.toWellFormed() : value;

/** Whether `copy` has every message and every event of the original, in the same order, and more. */
export function isContinued(original: ArchivedConversation, copy: ArchivedConversation): boolean {
  if (original.userId !== copy.userId || copy.updatedAt < original.updatedAt) return false;
  if (!original.messages.every(({ id }, index) => copy.messages[index]?.id === id)) return false;
  const copies = new Map(copy.runs.map((run) => [run.runId, run]));
  const pairs = original.runs.map((run) => ({ run, copied: copies.get(run.runId) }));
  const hasMore =
    copy.runs.length > original.runs.length ||
    pairs.some(({ run, copied }) => (copied?.epoch ?? 0) > run.epoch);
  return hasMore && pairs.every(({ run, copied }) => copied !== undefined && beginsWith(copied, run));
}

const beginsWith = (copied: ArchivedRun, { bodyHash, entries }: ArchivedRun): boolean =>
  copied.bodyHash === bodyHash &&
  JSON.stringify(copied.entries.slice(0, entries.length)) === JSON.stringify(entries);
