import assert from "node:assert/strict";
import { test } from "node:test";
import type { ArchivedConversation, ArchivedRun } from "#lib/storage/archive/archive.ts";
import {
  decodeArchivedConversation,
  decodeArchivedMessage,
  decodeArchivedRun,
  encodeArchivedConversation,
  encodeArchivedMessage,
  encodeArchivedRuns,
} from "#lib/storage/kv/codec/archived.ts";
import { decodeConversationRecord } from "#lib/storage/kv/codec/conversation.ts";
import { decodeRunRecord } from "#lib/storage/kv/codec/run.ts";

const question = `{"v":1,"value":{"id":"q","parentId":null,"runId":"r","role":"user","createdAt":1,"text":"Hello"}}`;
/** As an older build wrote it: what it does not have today is not added. */
const answer = `{"v":1,"value":{"id":"m","parentId":"q","runId":"r","role":"assistant","createdAt":2,"agent":"a","model":"x","parts":[{"kind":"text","id":"t","stepId":"s","startedAt":2,"text":"Hi"}],"ending":{"type":"abort","by":"user"}}}`;

const run: ArchivedRun = {
  ...{ runId: "r", conversationId: "c", userId: "u", bodyHash: "h", messageId: "m", userMessageId: "q" },
  ...{ parentRunId: null, agent: "a", model: null, status: "stopped", epoch: 1, head: 0, createdAt: 1 },
  ...{ leaseUntil: 0, token: "t", suspendedToken: null, holderHost: null, holderBoot: null, holderPid: null },
  ...{ holderStartedAt: null, stopBy: "user", stopReason: "enough", stopAt: 2, continuations: 0 },
  ...{ unread: 0, fold: null, entries: [], inbox: [] },
};
const live: ArchivedRun = {
  ...run,
  ...{ runId: "r2", messageId: "m2", parentRunId: "r", model: "x", status: "running", token: "t2" },
  ...{
    holderHost: "h",
    holderBoot: "b",
    holderPid: 3,
    holderStartedAt: "s",
    stopBy: "user",
    stopAt: 3,
    stopReason: null,
  },
  suspendedToken: "t1",
  unread: 1,
  inbox: [
    {
      ...{ kind: "approval", id: 'call "1":1', state: "recorded", position: 1, toolCallId: 'call "1"' },
      ...{ inputHash: "h", digest: "d", json: '{"approvalId":"call \\"1\\":1","approved":true,"by":"user"}' },
    },
  ],
};
const conversation: ArchivedConversation = {
  ...{ id: "c", userId: "u", title: "T", titleIsCustom: 1, createdAt: 1, updatedAt: 2, activeRunId: "r2" },
  ...{
    deletedAt: null,
    ...{ queue: '{"v":1,"value":{"questions":[],"left":[]}}', queueVersion: 2, queueDue: 0 },
    choices: '{"q":{"messageId":"m"}}',
    messages: [
      { id: "q", json: question },
      { id: "m", json: answer },
    ],
    runs: [run, live],
  },
};

test("records of an archive are decoded as they were encoded", () => {
  const { messages, runs, ...record } = conversation;
  assert.deepEqual(decodeArchivedConversation(encodeArchivedConversation(conversation)), record);
  const deleted = { ...conversation, deletedAt: 9, activeRunId: null };
  assert.equal(decodeArchivedConversation(encodeArchivedConversation(deleted)).deletedAt, 9);
  const unqueued = { queue: null, queueVersion: 0, queueDue: 0 } as const;
  const without = decodeArchivedConversation(encodeArchivedConversation({ ...conversation, ...unqueued }));
  assert.deepEqual(without, { ...record, ...unqueued });
  const decoded = encodeArchivedRuns(conversation).map(decodeArchivedRun);
  // Folds and logs have records of their own.
  assert.deepEqual(
    decoded.map((fields) => ({ ...fields, fold: null, entries: [] })),
    runs,
  );
  for (const message of messages) {
    const text = encodeArchivedMessage(message, "c");
    assert.deepEqual(decodeArchivedMessage(message.id, text, "c"), message);
  }
});

test("an answer is copied byte for byte, whichever build wrote it", () => {
  assert.equal(encodeArchivedMessage({ id: "m", json: answer }, "c"), answer);
});

test("what only a KV keeps is made from the rest: who answered last, and whether that can be continued", () => {
  assert.equal(decodeConversationRecord(encodeArchivedConversation(conversation)).lastRunId, "r");
  const [ended, running] = encodeArchivedRuns(conversation).map(decodeRunRecord);
  assert.deepEqual([ended?.isContinuable, running?.isContinuable], [true, undefined]);
  const complete = answer.replace('"type":"abort","by":"user"', '"type":"finish","finishReason":"stop"');
  const finished = { ...conversation, messages: [{ id: "m", json: complete }] };
  assert.equal(decodeRunRecord(encodeArchivedRuns(finished)[0] ?? []).isContinuable, false);
  // Another run has continued the answer since.
  const continued = {
    ...conversation,
    messages: [{ id: "m", json: complete.replace('"runId":"r"', '"runId":"r3"') }],
  };
  assert.equal(decodeRunRecord(encodeArchivedRuns(continued)[0] ?? []).isContinuable, true);
});
