import { randomUUID } from "node:crypto";
import type { ArchivedConversation, ArchivedRun } from "../archive/archive.ts";
import { StorageError } from "../storage-error.ts";
import type { ArchiveContext } from "./archive-context.ts";
import { encodeArchivedConversation, encodeArchivedMessage, encodeArchivedRuns } from "./codec/archived.ts";
import { encodeRunLocator, encodeWorkItem } from "./codec/id-pairs.ts";
import { piecesOf } from "./pieces.ts";
import { listAt, textAt, textsOf } from "./reply.ts";
import { readRunIdsScript } from "./scripts/conversation.ts";
import {
  beginCopyScript,
  copyEntriesScript,
  copyMessagesScript,
  copyRunScript,
  endCopyScript,
  readLeftoversScript,
} from "./scripts/copy.ts";
import { sendPieceScript } from "./scripts/log.ts";

/** Characters sent by one call: hosted KVs accept 1 MB. A longer record is sent in pieces. */
const maxSent = 200_000;

type CopyContext = Pick<ArchiveContext, "script" | "keys">;

/**
 * Assembles a conversation under keys of its own, then makes it the conversation by one script. An existing
 * conversation stays as it is; what an interrupted copy has left is deleted.
 */
export async function copyConversation(context: CopyContext, archived: ArchivedConversation): Promise<void> {
  const token = randomUUID();
  if (!(await beginCopy(context, archived.id, token))) return;
  await copyMessages(context, archived, token);
  const fields = encodeArchivedRuns(archived);
  for (const [index, run] of archived.runs.entries()) await copyRun(context, run, fields[index] ?? [], token);
  await endCopy(context, archived, token);
}

/** False: the conversation exists. */
async function beginCopy({ script, keys }: CopyContext, id: string, token: string): Promise<boolean> {
  const { record, order, messages, runs } = keys.copy(id);
  const left = await script(readLeftoversScript, [record, runs], []);
  const leftRuns = textsOf(listAt(left, 1)).flatMap((runId) => Object.values(keys.copiedRun(id, runId)));
  const reply = await script(
    beginCopyScript,
    [keys.conversation(id).record, record, order, messages, runs, keys.copiedPieces(id), ...leftRuns],
    [token],
  );
  return textAt(reply, 0) === "begun";
}

async function copyMessages(
  { script, keys }: CopyContext,
  { id, messages }: ArchivedConversation,
  token: string,
): Promise<void> {
  const copy = keys.copy(id);
  const pieces = keys.copiedPieces(id);
  let copied = 0;
  for (const part of inParts(messages, sentLength)) {
    const texts: string[] = [];
    for (const message of part)
      texts.push(message.id, await sent({ script, keys }, id, encodeArchivedMessage(message, id)));
    await script(
      copyMessagesScript,
      [copy.record, copy.order, copy.messages, pieces],
      [token, copied, ...texts],
    );
    copied += part.length;
  }
}

async function copyRun(
  { script, keys }: CopyContext,
  { conversationId, runId, fold, entries }: ArchivedRun,
  fields: readonly string[],
  token: string,
): Promise<void> {
  const copy = keys.copy(conversationId);
  const run = keys.copiedRun(conversationId, runId);
  const pieces = keys.copiedPieces(conversationId);
  const foldText = fold ? await sent({ script, keys }, conversationId, fold.json) : "";
  await script(
    copyRunScript,
    [copy.record, copy.runs, run.record, run.fold, pieces],
    [token, runId, fold?.seq ?? "", foldText, ...fields],
  );
  for (const part of inParts(entries, sentLength)) {
    const texts: (string | number)[] = [];
    for (const { seq, epoch, json } of part)
      texts.push(seq, epoch, await sent({ script, keys }, conversationId, json));
    await script(copyEntriesScript, [copy.record, run.log, pieces], [token, ...texts]);
  }
}

/** The text for a script, or the name of its pieces, which are sent before where it is too long. */
async function sent({ script, keys }: CopyContext, id: string, text: string): Promise<string> {
  if (text.length <= maxSent) return text;
  const call = randomUUID();
  const pieces = piecesOf(text);
  for (const [at, piece] of pieces.entries())
    await script(sendPieceScript, [keys.copiedPieces(id)], [call, at + 1, piece]);
  return `pieces:${call} ${pieces.length}`;
}

async function endCopy(
  { script, keys }: CopyContext,
  archived: ArchivedConversation,
  token: string,
): Promise<void> {
  const { id, userId, messages, runs } = archived;
  const [copy, conversation] = [keys.copy(id), keys.conversation(id)];
  const keysOfRuns = runs.map(({ runId }) => ({
    pointer: keys.pointer(runId),
    run: keys.run(id, runId),
    copied: keys.copiedRun(id, runId),
  }));
  const reply = await script(
    endCopyScript,
    [
      ...[copy.record, copy.order, copy.messages, copy.runs],
      ...[conversation.record, conversation.order, conversation.messages, conversation.runs],
      ...[keys.listOf(userId), keys.deleted, keys.liveRuns, keys.leftMessages, keys.waitingRuns],
      keys.dueQueues,
      ...keysOfRuns.flatMap(({ run, pointer }) => [run.record, pointer]),
      ...keysOfRuns.flatMap(({ run, copied }) => [copied.record, copied.log, copied.fold, run.log, run.fold]),
      keys.copiedPieces(id),
    ],
    [
      ...[token, messages.length, encodeRunLocator({ conversationId: id, userId }), runs.length],
      ...runs.map(({ runId }) => encodeWorkItem(id, runId)),
      ...encodeArchivedConversation(archived),
    ],
  );
  if (textAt(reply, 0) === "lost" && !(await exists({ script, keys }, id))) {
    throw new StorageError(
      "unavailable",
      `the copy of conversation ${id} was taken away while it was made: is another copy under way?`,
    );
  }
}

/** After a lost reply, the same call finds its own result. */
async function exists({ script, keys }: CopyContext, id: string): Promise<boolean> {
  const { record, runs } = keys.conversation(id);
  return textAt(await script(readRunIdsScript, [record, runs], []), 0) !== "";
}

/** Of what is sent in pieces only their name is sent along with others. */
const sentLength = ({ json }: { json: string }): number => (json.length > maxSent ? 0 : json.length);

/** The items in parts of about `maxSent` characters. */
function* inParts<T>(items: readonly T[], lengthOf: (item: T) => number): Generator<T[]> {
  let part: T[] = [];
  let length = 0;
  for (const item of items) {
    if (part.length > 0 && length + lengthOf(item) > maxSent) {
      yield part;
      part = [];
      length = 0;
    }
    part.push(item);
    length += lengthOf(item) + 100;
  }
  if (part.length > 0) yield part;
}
