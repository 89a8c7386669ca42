import { randomUUID } from "node:crypto";
import type { ArchivedConversation, ArchivedRun } from "../archive/archive.ts";
import { StorageError } from "../storage-error.ts";
import type { ArchiveContext } from "./archive-context.ts";
import { conversationFields, messageText, runFields } from "./archive-records.ts";
import {
  beginCopyScript,
  copyEntriesScript,
  copyMessagesScript,
  copyRunScript,
  endCopyScript,
  leftoversScript,
} from "./archive-scripts.ts";
import { runsOfScript } from "./conversation-scripts.ts";
import { listAt, textAt, textsOf } from "./run-script.ts";

/** Characters sent by one call, unless a single record is larger: hosted KVs take 1 MB. */
const most = 200_000;

/**
 * Puts a conversation together under names of its own and then makes it the conversation by one step. What is
 * already there stays as it is; what an earlier try left is thrown away.
 */
export async function writeConversation(context: ArchiveContext, kept: ArchivedConversation): Promise<void> {
  const token = randomUUID();
  if (!(await begin(context, kept.id, token))) return;
  await copyMessages(context, kept, token);
  const fields = runFields(kept);
  for (const [at, run] of kept.runs.entries()) await copyRun(context, run, fields[at] ?? {}, token);
  await end(context, kept, token);
}

async function begin({ script, keys }: ArchiveContext, id: string, token: string): Promise<boolean> {
  const copy = keys.copy(id);
  const left = await script(leftoversScript, [copy.itself, copy.runs], []);
  const leftRuns = textsOf(listAt(left, 1)).flatMap((runId) => Object.values(keys.copiedRun(id, runId)));
  const reply = await script(
    beginCopyScript,
    [keys.conversation(id).itself, copy.itself, copy.order, copy.messages, copy.runs, ...leftRuns],
    [token],
  );
  return textAt(reply, 0) === "begun";
}

async function copyMessages(
  { script, keys }: ArchiveContext,
  { id, messages }: ArchivedConversation,
  token: string,
): Promise<void> {
  const { itself, order, messages: texts } = keys.copy(id);
  let there = 0;
  for (const part of inParts(messages, ({ json }) => json.length)) {
    const pairs = part.flatMap((message) => [message.id, messageText(message, id)]);
    await script(copyMessagesScript, [itself, order, texts], [token, there, ...pairs]);
    there += part.length;
  }
}

async function copyRun(
  { script, keys }: ArchiveContext,
  { conversationId, runId, fold, entries }: ArchivedRun,
  fields: Readonly<Record<string, string>>,
  token: string,
): Promise<void> {
  const copy = keys.copy(conversationId);
  const run = keys.copiedRun(conversationId, runId);
  await script(
    copyRunScript,
    [copy.itself, copy.runs, run.itself, run.fold],
    [token, runId, fold?.seq ?? "", fold?.json ?? "", ...Object.entries(fields).flat()],
  );
  for (const part of inParts(entries, ({ json }) => json.length)) {
    const args = part.flatMap(({ seq, epoch, json }) => [seq, epoch, json]);
    await script(copyEntriesScript, [copy.itself, run.log], [token, ...args]);
  }
}

async function end(
  { script, keys }: ArchiveContext,
  kept: ArchivedConversation,
  token: string,
): Promise<void> {
  const { id, userId, messages, runs } = kept;
  const [copy, conversation] = [keys.copy(id), keys.conversation(id)];
  const ofRun = runs.map(({ runId }) => ({
    pointer: keys.pointer(runId),
    own: keys.run(id, runId),
    copied: keys.copiedRun(id, runId),
  }));
  const reply = await script(
    endCopyScript,
    [
      ...[copy.itself, copy.order, copy.messages, copy.runs],
      ...[conversation.itself, conversation.order, conversation.messages, conversation.runs],
      ...[keys.ownerIndex(userId), keys.deleted, keys.live],
      ...ofRun.flatMap(({ own, pointer }) => [own.itself, pointer]),
      ...ofRun.flatMap(({ own, copied }) => [copied.itself, copied.log, copied.fold, own.log, own.fold]),
    ],
    [
      ...[token, messages.length, keys.place(id, userId), runs.length],
      ...runs.map(({ runId }) => keys.member(id, runId)),
      ...Object.entries(conversationFields(kept)).flat(),
    ],
  );
  if (textAt(reply, 0) === "lost" && !(await isThere({ script, keys }, id))) {
    throw new StorageError(
      "unavailable",
      `the copy of conversation ${id} was taken away while it was made: is another copy under way?`,
    );
  }
}

/** After a lost answer the same call finds its own work done. */
const isThere = async ({ script, keys }: Pick<ArchiveContext, "script" | "keys">, id: string) =>
  textAt(await script(runsOfScript, [keys.conversation(id).itself, keys.conversation(id).runs], []), 0) !==
  "";

/** Runs of `items`, each of about `most` characters. */
function* inParts<T>(items: readonly T[], sizeOf: (item: T) => number): Generator<T[]> {
  let part: T[] = [];
  let size = 0;
  for (const item of items) {
    if (part.length > 0 && size + sizeOf(item) > most) {
      yield part;
      part = [];
      size = 0;
    }
    part.push(item);
    size += sizeOf(item) + 100;
  }
  if (part.length > 0) yield part;
}
