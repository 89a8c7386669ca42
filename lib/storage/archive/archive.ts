import { z } from "zod";
import type { UserMessage } from "../../protocol/message.ts";
import { runStatuses } from "../../protocol/run-status.ts";
import { checkLog, damaged, decodeFold, decodeMessage, encodeStored } from "../core/stored-json.ts";

/**
 * What a store keeps, as whole records that any other store can keep too: what `npm run storage:copy`
 * carries. A new column is a field here; the types then lead to sqlite/archive-tables.ts and
 * kv/archive-records.ts. A new kind of record is a schema here and a shelf of `Archive`.
 */

/**
 * A text that stands in a column of its own: half a character, which SQLite cannot keep there, becomes
 * U+FFFD.
 */
const line = z.string().transform((text) => text.toWellFormed());
const count = z.int().nonnegative();
const id = z.string().min(1);

const archivedRun = z.strictObject({
  runId: id,
  conversationId: id,
  userId: id,
  bodyHash: z.string(),
  messageId: id,
  userMessageId: id,
  parentRunId: id.nullable(),
  agent: z.string(),
  model: z.string().nullable(),
  status: z.enum(runStatuses),
  epoch: count,
  head: count,
  createdAt: count,
  leaseUntil: count,
  token: z.string().nullable(),
  suspendedToken: z.string().nullable(),
  holderHost: z.string().nullable(),
  holderBoot: z.string().nullable(),
  holderPid: count.nullable(),
  holderStartedAt: z.string().nullable(),
  stopBy: z.string().nullable(),
  stopReason: line.nullable(),
  stopAt: count.nullable(),
  continuations: count,
  fold: z.strictObject({ seq: count, json: z.string() }).nullable(),
  entries: z.array(z.strictObject({ seq: count, epoch: count, json: z.string() })),
});

const archivedConversation = z.strictObject({
  id,
  userId: id,
  title: line,
  titleByHand: z.literal([0, 1]),
  createdAt: count,
  updatedAt: count,
  activeRunId: id.nullable(),
  deletedAt: count.nullable(),
  /** In the order in which they joined it, siblings included; `json` as `encodeStored` writes it. */
  messages: z.array(z.strictObject({ id, json: z.string() })),
  /** The oldest first. */
  runs: z.array(archivedRun),
});

/** Whose a session is, where that is not itself; null: logged out. */
const archivedSession = z.strictObject({ session: id, userId: id.nullable() });

export type ArchivedSession = z.infer<typeof archivedSession>;
/** A run with its whole log and its newest fold. What is not set is null; times in ms. */
export type ArchivedRun = z.infer<typeof archivedRun>;
/** A conversation with everything that belongs to it. */
export type ArchivedConversation = z.infer<typeof archivedConversation>;

/** All records of one kind. */
export interface Collection<Kept> {
  /** Of all, in a stable order. */
  ids(): Promise<string[]>;
  /**
   * One record, all of it of one moment. Null: none. Throws `StorageError("damaged")` if it cannot be read
   * whole.
   */
  read(id: string): Promise<Kept | null>;
  /**
   * Keeps it whole or not at all, and leaves what is already there as it is. Safe to repeat, and after a
   * crash.
   */
  write(kept: Kept): Promise<void>;
}

/** Rows that are small and no more than browsers: they are carried all at once. */
export interface SessionCollection {
  /** In the order of their names. Throws `StorageError("damaged")`. */
  all(): Promise<ArchivedSession[]>;
  /** Adds those that are not there; the others are left as they are. */
  add(sessions: readonly ArchivedSession[]): Promise<void>;
}

/** A store's records, for carrying them to another one. No server uses it. */
export interface Archive {
  readonly conversations: Collection<ArchivedConversation>;
  readonly sessions: SessionCollection;
  /** The same text for every archive of the same store, over whichever line, for a minute at least. */
  identity(): Promise<string>;
  /** Throws `StorageError("newer-schema")` if a newer build has written here. */
  check(): Promise<void>;
  close(): Promise<void>;
}

/**
 * Checks a conversation that a store gave, each message, fold and event too, and brings it into the one form
 * that can be compared as JSON. Throws `StorageError`.
 */
export function parseArchived(given: {
  readonly id: string;
  readonly [field: string]: unknown;
}): ArchivedConversation {
  const parsed = archivedConversation.safeParse(given);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw damaged(`conversation ${given.id} (${issue?.path.join(".") ?? ""})`, parsed.error);
  }
  const { messages, runs, ...conversation } = parsed.data;
  return {
    ...conversation,
    messages: messages.map((message) => ({
      id: message.id,
      json: canonical(message.json, given.id, message.id),
    })),
    runs: runs.map(checkRun).sort(byAge),
  };
}

/** Checks sessions that a store gave, and puts them in order. Throws `StorageError`. */
export function parseSessions(given: readonly unknown[]): ArchivedSession[] {
  const parsed = z.array(archivedSession).safeParse(given);
  if (!parsed.success) throw damaged("the sessions", parsed.error);
  return parsed.data.sort((one, other) => (one.session < other.session ? -1 : 1));
}

/** The stores keep a question's fields in different orders. */
function canonical(json: string, conversationId: string, messageId: string): string {
  const message = decodeMessage(json, conversationId, messageId);
  return message.role === "user" ? encodeStored(inOrder(message)) : json;
}

function inOrder({ id: messageId, parentId, runId, role, createdAt, ...rest }: UserMessage): UserMessage {
  return { id: messageId, parentId, runId, role, createdAt, ...rest };
}

function checkRun(run: ArchivedRun): ArchivedRun {
  const { runId, head, fold } = run;
  const entries = checkLog(runId, 0, run.entries);
  if (entries.length !== head) throw damaged(`event ${Math.min(entries.length, head) + 1} of run ${runId}`);
  if (fold) decodeFold(fold.json, runId, fold.seq);
  if (fold && fold.seq > head) throw damaged(`fold of run ${runId}`);
  return run;
}

const byAge = (one: ArchivedRun, other: ArchivedRun): number =>
  one.createdAt - other.createdAt || (one.runId < other.runId ? -1 : 1);
