import assert from "node:assert/strict";
import { test } from "node:test";
import type { EventBody } from "#lib/protocol/run-event.ts";
import {
  changedRecords,
  countUnread,
  decodeUnread,
  digestOf,
  droppedMessage,
  encodeSent,
  hasDecision,
  type InboxRecord,
  inboxChanges,
  judgeDecision,
  judgeMessage,
  mayEndWith,
  recordsAtEnd,
  unreadOf,
  withRecords,
} from "#lib/storage/core/inbox-rules.ts";
import {
  numbered,
  steered,
  textDelta,
  toolApprovalRequest,
  toolApprovalResponse,
  toolOutputAvailable,
  toolOutputDenied,
  toolOutputError,
} from "../../../support/event-builders.ts";

const after = (records: readonly InboxRecord[], ...bodies: EventBody[]): readonly InboxRecord[] =>
  withRecords(records, changedRecords(records, inboxChanges(numbered(bodies))));
const statesOf = (records: readonly InboxRecord[]) => records.map(({ id, state }) => `${id} ${state}`);

const asked = after([], toolApprovalRequest("a", "a1"), toolApprovalRequest("b", "b1"));
const live = { status: "running", isStopRequested: false } as const;
const decisionOf = (approvalId: string, approved = true, inputHash = "hash") => ({
  approvalId,
  json: encodeSent({ approvalId, approved, by: "user" }),
  inputHash,
});
const messageOf = (messageId: string, text = "go left") => ({
  messageId,
  json: encodeSent({ messageId, text, by: "user" }),
});
function recorded(records: readonly InboxRecord[], ...ids: string[]): readonly InboxRecord[] {
  return ids.reduce((inbox, id) => {
    const isApproval = inbox.some((record) => record.kind === "approval" && record.id === id);
    const judged = isApproval
      ? judgeDecision(live, inbox, decisionOf(id))
      : judgeMessage(live, inbox, messageOf(id));
    assert.ok(typeof judged !== "string", `${id}: ${JSON.stringify(judged)}`);
    return withRecords(inbox, [judged]);
  }, records);
}

test("N1 a request opens an approval, and opens one anew that was written or closed, never one that waits", () => {
  assert.deepEqual(statesOf(asked), ["a1 open", "b1 open"]);
  assert.equal(after(asked, toolApprovalRequest("a", "a1")), asked);
  const decided = recorded(asked, "a1");
  assert.equal(after(decided, toolApprovalRequest("a", "a1")), decided);
  const written = after(decided, toolApprovalResponse("a1"));
  assert.deepEqual(statesOf(after(written, toolApprovalRequest("a", "a1"))), ["a1 open", "b1 open"]);
});

test("most events change nothing, and nothing is made for them", () => {
  assert.equal(inboxChanges(numbered([textDelta("x")])), inboxChanges([]));
  assert.deepEqual(changedRecords(asked, []), []);
  assert.equal(withRecords(asked, []), asked);
});

test("N2 one decision counts, of a run that goes on and with the input that was asked about", () => {
  const decided = recorded(asked, "a1");
  const rows = [
    [live, asked, decisionOf("c1"), "not-found"],
    [live, asked, decisionOf("a1", true, "other"), "changed"],
    [{ ...live, isStopRequested: true }, asked, decisionOf("a1"), "over"],
    [{ ...live, status: "finished" }, asked, decisionOf("a1"), "over"],
    [live, after(asked, toolOutputError("a")), decisionOf("a1"), "over"],
    [live, decided, decisionOf("a1"), "decided"],
    [live, decided, decisionOf("a1", false), "decided-otherwise"],
    [live, after(decided, toolApprovalResponse("a1")), decisionOf("a1"), "decided"],
    [{ ...live, status: "failed" }, decided, decisionOf("a1"), "decided"],
  ] as const;
  for (const [run, records, decision, kind] of rows)
    assert.equal(judgeDecision(run, records, decision), kind, `${statesOf(records).join()} ${decision.json}`);
});

test("N3 what is recorded is unread, oldest first, until the log has it; then only its digest is kept", () => {
  const inbox = recorded(asked, "m1", "b1", "m2", "a1");
  assert.equal(countUnread(inbox), 4);
  const { decisions, messages } = unreadOf(inbox, "r");
  assert.deepEqual(
    decisions?.map(({ approvalId }) => approvalId),
    ["b1", "a1"],
  );
  assert.deepEqual(
    messages?.map(({ messageId }) => messageId),
    ["m1", "m2"],
  );
  const written = after(inbox, toolApprovalResponse("b1"), steered("go left", "m1"));
  assert.deepEqual(unreadOf(written, "r").messages?.length, 1);
  assert.deepEqual(
    written.filter(({ state }) => state === "written").map(({ json, digest }) => [json, digest]),
    [
      ["", digestOf(decisionOf("b1").json)],
      ["", digestOf(messageOf("m1").json)],
    ],
  );
});

test("N3 what a holder writes unasked is known as if it had been sent", () => {
  const inbox = after([], steered("go left", "m1"), toolApprovalResponse("a1"));
  assert.equal(judgeMessage(live, inbox, messageOf("m1")), "sent");
  assert.equal(judgeMessage(live, inbox, messageOf("m1", "go right")), "conflict");
  assert.deepEqual(unreadOf(inbox, "r"), {});
});

test("N4 an answer closes the open approvals of its call, the end all that are not written", () => {
  for (const answer of [toolOutputAvailable("a"), toolOutputError("a"), toolOutputDenied("a")])
    assert.deepEqual(statesOf(after(asked, answer)), ["a1 closed", "b1 open"]);
  assert.equal(after(asked, { ...toolOutputAvailable("a"), preliminary: true }), asked);
  const inbox = after(
    recorded(asked, "a1", "m1"),
    toolApprovalRequest("c", "c1"),
    toolApprovalResponse("c1"),
  );
  const ended = withRecords(inbox, recordsAtEnd(inbox));
  assert.deepEqual(statesOf(ended), ["a1 closed", "b1 closed", "m1 recorded", "c1 written"]);
  assert.deepEqual(Object.keys(unreadOf(ended, "r")), ["messages"]);
});

test("N5 a decision ends the wait for a person, a message does not", () => {
  const rows = [
    [asked, false],
    [recorded(asked, "m1"), false],
    [recorded(asked, "a1"), true],
    [after(recorded(asked, "a1"), toolApprovalResponse("a1")), false],
  ] as const;
  for (const [records, expected] of rows) assert.equal(hasDecision(records), expected);
});

test("N6 a run finishes with nothing unread or leaves it; every other end leaves it", () => {
  const unread = recorded([], "m1");
  const rows = [
    [{ status: "finished" }, asked, true],
    [{ status: "finished" }, unread, false],
    [{ status: "finished", leavesMessages: true }, unread, true],
    [{ status: "failed" }, unread, true],
    [{ status: "stopped" }, unread, true],
    [{ status: "interrupted" }, unread, true],
    [{ status: "finished" }, after(unread, steered("go left", "m1")), true],
  ] as const;
  for (const [end, records, expected] of rows) assert.equal(mayEndWith(end, records), expected);
  const dropped = droppedMessage(unread, "m1");
  assert.equal(mayEndWith({ status: "finished" }, withRecords(unread, dropped ? [dropped] : [])), true);
  assert.equal(droppedMessage(unread, "m2"), undefined);
});

test("S49 what was cut or changed by hand is damaged", () => {
  for (const text of [
    "",
    "{",
    "[]",
    "null",
    "{}",
    '{"by":"user","approved":true}',
    '{"messageId":"m","by":"u"}',
  ])
    assert.throws(() => decodeUnread([text], "r"), { code: "damaged", message: /inbox of run r/ });
});
