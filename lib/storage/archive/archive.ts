import { z } from "zod";
import { runStatuses } from "../../protocol/run-status.ts";
import { checkLog } from "../core/check-log.ts";
import { type InboxRecord, unreadOf } from "../core/inbox-rules.ts";
import { orderQuestion } from "../core/question-order.ts";
import { queueDues } from "../core/queue-due.ts";
import { decodeFold, decodeMessage, decodeQueue, encodeStored } from "../core/stored-json.ts";
import { damaged } from "../core/unreadable.ts";

/**
 * The records of a store in a form that every other store can keep: what `npm run storage:copy` copies.
 *
 * A new column is a field here; the types then lead to sqlite/archive-tables.ts and kv/codec. A new kind of
 * record is a schema here and a collection of `Archive`.
 */

/** A text column. SQLite cannot keep half a character (a lone surrogate) there: it becomes U+FFFD. */
const textColumn = z.string().transform((text) => text.toWellFormed());
const naturalNumber = z.int().nonnegative();
const recordId = z.string().min(1);

const archivedInboxRecord = z.strictObject({
  kind: z.enum(["approval", "message"]),
  id: textColumn,
  state: z.enum(["open", "recorded", "written", "closed"]),
  position: naturalNumber,
  toolCallId: textColumn,
  inputHash: textColumn,
  digest: z.string(),
  json: z.string(),
}) satisfies z.ZodType<InboxRecord>;

const archivedRun = z.strictObject({
  runId: recordId,
  conversationId: recordId,
  userId: recordId,
  bodyHash: z.string(),
  messageId: recordId,
  userMessageId: recordId,
  parentRunId: recordId.nullable(),
  agent: z.string(),
  model: z.string().nullable(),
  status: z.enum(runStatuses),
  epoch: naturalNumber,
  head: naturalNumber,
  createdAt: naturalNumber,
  leaseUntil: naturalNumber,
  token: z.string().nullable(),
  suspendedToken: z.string().nullable(),
  holderHost: z.string().nullable(),
  holderBoot: z.string().nullable(),
  holderPid: naturalNumber.nullable(),
  holderStartedAt: z.string().nullable(),
  stopBy: z.string().nullable(),
  stopReason: textColumn.nullable(),
  stopAt: naturalNumber.nullable(),
  continuations: naturalNumber,
  /** How many records of the inbox are in no log yet. */
  unread: naturalNumber,
  fold: z.strictObject({ seq: naturalNumber, json: z.string() }).nullable(),
  entries: z.array(z.strictObject({ seq: naturalNumber, epoch: naturalNumber, json: z.string() })),
  /** What persons have sent into it (core/inbox-rules.ts), by kind and id. */
  inbox: z.array(archivedInboxRecord),
});

const archivedConversation = z.strictObject({
  id: recordId,
  userId: recordId,
  title: textColumn,
  titleIsCustom: z.literal([0, 1]),
  createdAt: naturalNumber,
  updatedAt: naturalNumber,
  activeRunId: recordId.nullable(),
  deletedAt: naturalNumber.nullable(),
  /** What waits to be asked, as `encodeQueue` writes it; null: nothing ever did. */
  queue: z.string().nullable(),
  queueVersion: naturalNumber,
  queueDue: z.literal(queueDues),
  /** As core/stored-choices.ts writes them; null: none. */
  choices: z.string().nullable(),
  /** In the order in which they were added, siblings included; `json` as `encodeStored` writes it. */
  messages: z.array(z.strictObject({ id: recordId, json: z.string() })),
  /** Oldest first. */
  runs: z.array(archivedRun),
});

/** The user of a session that joined another user's; null: logged out. */
const archivedSession = z.strictObject({ session: recordId, userId: recordId.nullable() });

/** The notes of one user, by name. */
const archivedNotes = z.strictObject({
  userId: recordId,
  notes: z.array(z.strictObject({ name: textColumn, text: textColumn, updatedAt: naturalNumber })),
});

export type ArchivedNotes = z.infer<typeof archivedNotes>;
export type ArchivedSession = z.infer<typeof archivedSession>;
/** A run with its whole log and its newest fold. Null: not set. Times in store ms. */
export type ArchivedRun = z.infer<typeof archivedRun>;
/** A conversation with all its records. */
export type ArchivedConversation = z.infer<typeof archivedConversation>;

/** All records of one kind. */
export interface Collection<Item> {
  /** In a stable order. */
  ids(): Promise<string[]>;
  /** One consistent read of an item with all its parts. Null: none. Throws `StorageError("damaged")`. */
  read(id: string): Promise<Item | null>;
  /**
   * Adds the item, all of it or nothing; an existing one stays as it is. Safe to repeat, after a crash too.
   */
  write(item: Item): Promise<void>;
}

/** Sessions are few and small: they are read and written all at once. */
export interface SessionCollection {
  /** Sorted. Throws `StorageError("damaged")`. */
  all(): Promise<ArchivedSession[]>;
  /** Adds those that do not exist; the others stay as they are. */
  add(sessions: readonly ArchivedSession[]): Promise<void>;
}

/** The records of one store, for copying them to another. Not used by servers. */
export interface Archive {
  readonly conversations: Collection<ArchivedConversation>;
  readonly sessions: SessionCollection;
  /** By user. A note whose name is taken stays out. */
  readonly notes: Collection<ArchivedNotes>;
  /** Equal for two archives of the same store, by whatever connection; stays so for a minute at least. */
  identity(): Promise<string>;
  /** Throws `StorageError("newer-schema")` if a newer build has written to the store. */
  check(): Promise<void>;
  close(): Promise<void>;
}

/**
 * Checks a conversation as a store gave it, with each message, fold and event, and brings it into the form in
 * which conversations are compared as JSON. Throws `StorageError`.
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
  const { queue, queueVersion } = conversation;
  if (queue !== null) decodeQueue(queue, queueVersion, given.id);
  return {
    ...conversation,
    messages: messages.map(({ id, json }) => ({ id, json: normalise(json, given.id, id) })),
    runs: runs.map(checkRun).sort(byAge),
  };
}

/** Checks sessions as a store gave them, and sorts them. Throws `StorageError`. */
export function parseSessions(given: readonly unknown[]): ArchivedSession[] {
  const parsed = z.array(archivedSession).safeParse(given);
  if (!parsed.success) throw damaged("the sessions", parsed.error);
  return parsed.data.sort((one, other) => (one.session < other.session ? -1 : 1));
}

/** Checks the notes of a user as a store gave them, and sorts them. Throws `StorageError`. */
export function parseNotes(given: { readonly userId: string; readonly notes: unknown }): ArchivedNotes {
  const parsed = archivedNotes.safeParse(given);
  if (!parsed.success) throw damaged(`notes of user ${given.userId}`, parsed.error);
  const { userId, notes } = parsed.data;
  return { userId, notes: notes.sort((one, other) => (one.name < other.name ? -1 : 1)) };
}

/** The stores keep the fields of a question in different orders. */
function normalise(json: string, conversationId: string, messageId: string): string {
  const message = decodeMessage(json, conversationId, messageId);
  return message.role === "user" ? encodeStored(orderQuestion(message)) : json;
}

function checkRun(run: ArchivedRun): ArchivedRun {
  const { runId, head, fold } = run;
  const entries = checkLog(runId, 0, run.entries);
  if (entries.length !== head) throw damaged(`event ${Math.min(entries.length, head) + 1} of run ${runId}`);
  if (fold) decodeFold(fold.json, runId, fold.seq);
  if (fold && fold.seq > head) throw damaged(`fold of run ${runId}`);
  unreadOf(run.inbox, runId);
  return { ...run, inbox: run.inbox.sort(byKindAndId) };
}

const byKindAndId = (one: InboxRecord, other: InboxRecord): number =>
  `${one.kind} ${one.id}` < `${other.kind} ${other.id}` ? -1 : 1;

const byAge = (one: ArchivedRun, other: ArchivedRun): number =>
  one.createdAt - other.createdAt || (one.runId < other.runId ? -1 : 1);
