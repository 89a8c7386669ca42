/**
 * What persons send into a run: decisions about approvals, and messages.
 *
 * Owns: what an inbox record is, which events open, write and close one, and what a decision or a message
 * comes to. Drivers that decide inside their database repeat the rules there and name them (kv/scripts).
 * Does not own: the lease of the run (lease-rules.ts), nor what a holder does with what it is given
 * (`lib/runs/inbox.ts`).
 *
 * N1  A `tool-approval-request` in the log opens an approval. Nothing else can be decided.
 * N2  A decision is a compare-and-set: an open approval with the same input hash, of a run that has neither
 *     ended nor a stop request. The same decision again changes nothing; any other is refused.
 * N3  What is recorded is in every reply to a holder, oldest first, until the log has it
 *     (`tool-approval-response`, `steered`). Then only its digest is kept, to know a repeat.
 * N4  A call that is answered closes its open approvals; the end of a run closes all that are not written.
 * N5  A run waits only while no decision is recorded: one that came first, or comes later, queues it again.
 *     Messages do not end the wait: they are for the model, which is not asked before its calls are answered.
 * N6  A run does not finish with unread messages, unless it leaves them. Any other end leaves them too.
 */

import { createHash } from "node:crypto";
import type { RunEvent } from "../../protocol/run-event.ts";
import { isEnded, type RunStatus } from "../../protocol/run-status.ts";
import type { DecideResult, Decision, LeaseReply, RunEnd, SendResult, SentMessage } from "../run-store.ts";
import { damaged, isUnreadable } from "./unreadable.ts";

/** What one run was sent under one id. */
export interface InboxRecord {
  kind: "approval" | "message";
  id: string;
  /** `recorded`: a person has spoken. `written`: it is in the log. `closed`: nobody is asked any more. */
  state: "open" | "recorded" | "written" | "closed";
  /** Counts what was recorded in the run; 0: not yet. */
  position: number;
  /** Of an approval; else "". */
  toolCallId: string;
  inputHash: string;
  /** Of `json`; "" before there was one. */
  digest: string;
  /** The decision or the message while it is unread (`encodeSent`); else "". */
  json: string;
}

/** What an event of the log does to the inbox. */
export type InboxChange = { seq: number } & (
  | { type: "request"; id: string; toolCallId: string; inputHash: string }
  | { type: "written"; kind: InboxRecord["kind"]; id: string; digest: string }
  | { type: "answered"; toolCallId: string }
);

/** Messages of one run that nobody has read, and the bytes of their JSON; one alone may be longer. */
export const maxUnreadMessages = 20;
export const maxUnreadLength = 256 * 1024;

/** N1, N3, N4. Most appends have none: nothing is made for them. */
export function inboxChanges(events: readonly RunEvent[]): readonly InboxChange[] {
  let changes: InboxChange[] | undefined;
  for (const event of events) {
    const change = inboxChange(event);
    if (change) (changes ??= []).push(change);
  }
  return changes ?? noChanges;
}

const noChanges: readonly InboxChange[] = [];

function inboxChange(event: RunEvent): InboxChange | undefined {
  const { seq } = event;
  switch (event.type) {
    case "tool-approval-request": {
      const [id, toolCallId] = [event.approvalId.toWellFormed(), event.toolCallId.toWellFormed()];
      return { seq, type: "request", id, toolCallId, inputHash: event.inputHash.toWellFormed() };
    }
    case "tool-approval-response": {
      const digest = digestOf(encodeSent(event));
      return { seq, type: "written", kind: "approval", id: event.approvalId.toWellFormed(), digest };
    }
    case "steered": {
      const digest = digestOf(encodeSent(event));
      return { seq, type: "written", kind: "message", id: event.messageId.toWellFormed(), digest };
    }
    case "tool-output-available":
      return event.preliminary ? undefined : answered(event);
    case "tool-output-error":
    case "tool-output-denied":
      return answered(event);
    default:
      return undefined;
  }
}

const answered = ({ seq, toolCallId }: { seq: number; toolCallId: string }): InboxChange => ({
  seq,
  type: "answered",
  toolCallId: toolCallId.toWellFormed(),
});

/** The records that the changes leave different, in the inbox of one run. */
export function changedRecords(
  records: readonly InboxRecord[],
  changes: readonly InboxChange[],
): InboxRecord[] {
  if (changes.length === 0) return [];
  const inbox = new Map(records.map((record) => [inboxKey(record), record]));
  const changed = new Map<string, InboxRecord>();
  function put(record: InboxRecord): void {
    inbox.set(inboxKey(record), record);
    changed.set(inboxKey(record), record);
  }
  for (const change of changes) for (const record of afterChange(inbox, change)) put(record);
  return [...changed.values()];
}

/** The inbox with those that are changed. */
export const withRecords = (
  records: readonly InboxRecord[],
  changed: readonly InboxRecord[],
): readonly InboxRecord[] =>
  changed.length === 0
    ? records
    : [...new Map([...records, ...changed].map((record) => [inboxKey(record), record])).values()];

const inboxKey = ({ kind, id }: Pick<InboxRecord, "kind" | "id">): string => `${kind} ${id}`;

function afterChange(inbox: ReadonlyMap<string, InboxRecord>, change: InboxChange): InboxRecord[] {
  switch (change.type) {
    case "request": {
      const { id, toolCallId, inputHash } = change;
      const known = inbox.get(inboxKey({ kind: "approval", id }));
      if (known?.state === "open" || known?.state === "recorded") return [];
      const opened = { state: "open", position: 0, digest: "", json: "" } as const;
      return [{ kind: "approval", id, toolCallId, inputHash, ...opened }];
    }
    case "written": {
      const { kind, id, digest } = change;
      const blank: InboxRecord = { ...{ kind, id, state: "open", position: 0 }, ...noTexts };
      const known = inbox.get(inboxKey(change)) ?? blank;
      if (known.state === "written") return [];
      return [{ ...known, state: "written", digest: known.digest || digest, json: "" }];
    }
    case "answered":
      return [...inbox.values()]
        .filter(({ state, toolCallId }) => state === "open" && toolCallId === change.toolCallId)
        .map((record) => ({ ...record, state: "closed" }));
    default:
      return change satisfies never;
  }
}

const noTexts = { toolCallId: "", inputHash: "", digest: "", json: "" };

/** N4. The records that the end of the run leaves different. */
export const recordsAtEnd = (records: readonly InboxRecord[]): InboxRecord[] =>
  records
    .filter(({ kind, state }) => kind === "approval" && (state === "open" || state === "recorded"))
    .map((record) => ({ ...record, state: "closed", json: "" }));

/** What the rules need to know of a run. */
interface InboxRun {
  status: RunStatus;
  isStopRequested: boolean;
}

/** N2. The record to store, or why there is none. `json`: the decision as `encodeSent` gives it. */
export function judgeDecision(
  { status, isStopRequested }: InboxRun,
  records: readonly InboxRecord[],
  { approvalId, json, inputHash }: { approvalId: string; json: string; inputHash: string },
): InboxRecord | DecideResult["kind"] {
  const known = recordOf(records, "approval", approvalId);
  if (!known) return "not-found";
  // One that was written into the log unasked has no input to compare.
  if (known.inputHash !== inputHash.toWellFormed()) return "changed";
  const digest = digestOf(json);
  if (known.digest !== "") return known.digest === digest ? "decided" : "decided-otherwise";
  if (isEnded(status) || isStopRequested || known.state !== "open") return "over";
  return { ...known, state: "recorded", position: nextPosition(records), digest, json };
}

/** The record to store, or why there is none. `json`: the message as `encodeSent` gives it. */
export function judgeMessage(
  { status }: Pick<InboxRun, "status">,
  records: readonly InboxRecord[],
  { messageId, json }: { messageId: string; json: string },
): InboxRecord | SendResult["kind"] {
  const digest = digestOf(json);
  const known = recordOf(records, "message", messageId);
  if (known) return known.digest === digest ? "sent" : "conflict";
  if (isEnded(status)) return "over";
  const unread = records.filter(isUnreadMessage);
  const length = [json, ...unread.map((each) => each.json)].reduce(
    (sum, each) => sum + Buffer.byteLength(each),
    0,
  );
  const isFull = unread.length >= maxUnreadMessages || (unread.length > 0 && length > maxUnreadLength);
  if (isFull) return "full";
  const id = messageId.toWellFormed();
  return {
    ...noTexts,
    kind: "message",
    id,
    state: "recorded",
    position: nextPosition(records),
    digest,
    json,
  };
}

const recordOf = (
  records: readonly InboxRecord[],
  kind: InboxRecord["kind"],
  id: string,
): InboxRecord | undefined => records.find((each) => each.kind === kind && each.id === id.toWellFormed());

const nextPosition = (records: readonly InboxRecord[]): number =>
  records.reduce((highest, { position }) => Math.max(highest, position), 0) + 1;

/** N5. Whether the run must not wait. */
export const hasDecision = (records: readonly InboxRecord[]): boolean =>
  records.some(({ kind, state }) => kind === "approval" && state === "recorded");

/** N6. Whether the run may end so. */
export const mayEndWith = (
  { status, leavesMessages = false }: Pick<RunEnd, "status" | "leavesMessages">,
  records: readonly InboxRecord[],
): boolean => status !== "finished" || leavesMessages || !records.some(isUnreadMessage);

const isUnreadMessage = ({ kind, state }: InboxRecord): boolean => kind === "message" && state === "recorded";

/** The record of a message that is left no longer; undefined: nobody has left it. */
export const droppedMessage = (
  records: readonly InboxRecord[],
  messageId: string,
): InboxRecord | undefined => {
  const known = recordOf(records, "message", messageId);
  return known && isUnreadMessage(known) ? { ...known, state: "written", json: "" } : undefined;
};

/** How many of them are in no log yet. */
export const countUnread = (records: readonly InboxRecord[]): number =>
  records.filter(({ state }) => state === "recorded").length;

/** N3. What a reply to a holder has of them. Throws `StorageError("damaged")`. */
export function unreadOf(
  records: readonly InboxRecord[],
  runId: string,
): Pick<LeaseReply, "decisions" | "messages"> {
  const unread = records
    .filter(({ state }) => state === "recorded")
    .sort((one, other) => one.position - other.position);
  return decodeUnread(
    unread.map(({ json }) => json),
    runId,
  );
}

/** Of what `unread` gives, for whoever holds no lease; nothing where it cannot be read. */
export function readableMessages(unread: () => Pick<LeaseReply, "messages">): Pick<LeaseReply, "messages"> {
  try {
    const { messages } = unread();
    return messages ? { messages } : {};
  } catch (error) {
    if (isUnreadable(error)) return {};
    throw error;
  }
}

/** The same from their JSON, oldest first. Throws `StorageError("damaged")`. */
export function decodeUnread(
  texts: readonly string[],
  runId: string,
): Pick<LeaseReply, "decisions" | "messages"> {
  const sent = texts.map((json) => decodeSent(json, `inbox of run ${runId}`));
  const decisions = sent.filter((each) => "approvalId" in each);
  const messages = sent.filter((each) => "messageId" in each);
  return { ...(decisions.length > 0 && { decisions }), ...(messages.length > 0 && { messages }) };
}

/** Always the same text for the same decision or message: repeats are known by it. */
export function encodeSent(sent: Decision | SentMessage): string {
  if ("messageId" in sent) {
    const { messageId, text, by } = sent;
    return JSON.stringify({ messageId, text, by });
  }
  const { approvalId, approved, by, reason, scope, content } = sent;
  return JSON.stringify({ approvalId, approved, by, reason, scope, content });
}

function decodeSent(json: string, record: string): Decision | SentMessage {
  let sent: unknown;
  try {
    sent = JSON.parse(json);
  } catch (cause) {
    throw damaged(record, cause);
  }
  if (!isSent(sent)) throw damaged(record);
  return sent;
}

/** `encodeSent` wrote it: only what was cut or changed by hand is anything else. */
const isSent = (value: unknown): value is Decision | SentMessage =>
  typeof value === "object" &&
  value !== null &&
  "by" in value &&
  (("messageId" in value && "text" in value) || ("approvalId" in value && "approved" in value));

/** Of what was sent: 32 hexadecimal digits of its SHA-256. */
export const digestOf = (json: string): string =>
  createHash("sha256").update(json).digest("hex").slice(0, 32);
