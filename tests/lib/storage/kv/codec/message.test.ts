import assert from "node:assert/strict";
import { test } from "node:test";
import type { AssistantMessage, UserMessage } from "#lib/protocol/message.ts";
import {
  decodeMessageRecord,
  decodeMessages,
  encodeMessage,
  encodeQuestion,
} from "#lib/storage/kv/codec/message.ts";

const question: UserMessage = {
  id: "q",
  parentId: "m0",
  runId: "r",
  role: "user",
  createdAt: 7,
  text: 'a "quote" \ud83d',
};
const first: UserMessage = { ...question, parentId: null };
const answer: AssistantMessage = {
  ...{
    id: "m",
    parentId: "q",
    runId: "r",
    role: "assistant",
    createdAt: 8,
    agent: "assistant",
    model: "gpt",
  },
  parts: [{ type: "text", id: "t", stepId: "s", startedAt: 8, text: "Hello" }],
  ending: { type: "finish", finishReason: "stop" },
};

test("a message is decoded as it was encoded, a question's fields in the order of the other stores", () => {
  for (const message of [question, first, answer]) {
    const decoded = decodeMessageRecord(encodeMessage(message), "c", message.id);
    assert.deepEqual(decoded, message);
    assert.equal(JSON.stringify(decoded), JSON.stringify(message));
  }
});

test("a question has its time and its parent beside the rest, which is what a script is given", () => {
  const body = '{"id":"q","runId":"r","role":"user","text":"a \\"quote\\" \\ud83d"}';
  const { createdAt: _, parentId: __, ...given } = question;
  assert.equal(encodeQuestion(given), body);
  assert.equal(encodeMessage(question), `{"v":1,"createdAt":7,"parentId":"m0","value":${body}}`);
  assert.equal(encodeMessage(first), `{"v":1,"createdAt":7,"parentId":null,"value":${body}}`);
});

test("fields of a question that this build does not know are kept", () => {
  const newer = { ...question, attachments: ["a"] };
  assert.deepEqual(decodeMessageRecord(encodeMessage(newer), "c", "q"), newer);
});

test("messages come in the order of their ids", () => {
  const all = [first, answer, { ...question, id: "q2" }];
  const found = decodeMessages(
    all.map(({ id }) => id),
    all.map(encodeMessage),
    "c",
  );
  assert.deepEqual(found, all);
});

test("S49 a message that was cut short, of another id, or of a newer build is refused", () => {
  const text = encodeMessage(question);
  const damaged = { code: "damaged", message: /message q/ };
  assert.throws(() => decodeMessageRecord(text.slice(0, 40), "c", "q"), damaged);
  assert.throws(() => decodeMessageRecord("", "c", "q"), damaged);
  assert.throws(
    () => decodeMessageRecord(text.replace('"createdAt":7', '"createdAt":"7"'), "c", "q"),
    damaged,
  );
  assert.throws(() => decodeMessageRecord(text, "c", "other"), { code: "damaged" });
  assert.throws(() => decodeMessageRecord(text.replace('"v":1', '"v":2'), "c", "q"), {
    code: "newer-schema",
  });
});
