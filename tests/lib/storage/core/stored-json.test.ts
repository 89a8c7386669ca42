import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { UserMessage } from "#lib/protocol/message.ts";
import {
  decodeFold,
  decodeMessage,
  decodeQueue,
  encodeQueue,
  encodeStored,
} from "#lib/storage/core/stored-json.ts";
import { log, text, toolCall } from "../../../support/event-builders.ts";
import { foldAll } from "../../../support/run-bench.ts";

const question: UserMessage = {
  id: "m",
  parentId: null,
  runId: "r",
  role: "user",
  createdAt: 1,
  text: "中 \ud83d",
};
const state = foldAll(log(text("It is "), toolCall("add", { a: 2 })));
const message = encodeStored(question);
const fold = encodeStored(state);

test("a queue is read as it was written, with its version; what was cut or changed is named", () => {
  const waiting = { id: "q", text: "中 \ud83d", agent: "assistant", model: "m", bodyHash: "h", into: "r" };
  const pause = { runId: "r", userMessageId: "m", status: "failed" } as const;
  const left = [{ id: "p", how: "asked" }] as const;
  for (const queue of [
    { version: 3, questions: [waiting], pause, goesOnAfter: "r", left },
    { version: 1, questions: [], left: [] },
  ])
    assert.deepEqual(decodeQueue(encodeQueue(queue), queue.version, "c"), queue);
  const json = encodeQueue({ version: 1, questions: [waiting], left: [] });
  for (const broken of [
    json.slice(0, -3),
    json.replace('"text"', '"texts"'),
    json.replace('"left"', '"gone"'),
  ])
    assert.throws(() => decodeQueue(broken, 1, "c"), { code: "damaged", message: /queue of conversation c/ });
  assert.throws(() => decodeQueue(json.replace('"v":1', '"v":2'), 1, "c"), { code: "newer-schema" });
});

test("a message and a fold are read as they were written", () => {
  assert.deepEqual(decodeMessage(message, "c", "m"), question);
  assert.deepEqual(decodeFold(fold, state.runId, state.seq), state);
});

describe("what was cut or changed by hand is named", () => {
  for (const [title, json] of [
    ["a cut text", message.slice(0, -3)],
    ["another message", message.replace('"m"', '"other"')],
    ["a message without its text", message.replace('"text"', '"texts"')],
    ["no envelope", JSON.stringify(question)],
    ["no version", JSON.stringify({ value: question })],
    ["null", "null"],
    [
      "what nests without end",
      message.replace('"text"', `"x":${"[".repeat(9000)}${"]".repeat(9000)},"text"`),
    ],
  ])
    test(String(title), () =>
      assert.throws(() => decodeMessage(String(json), "c", "m"), {
        code: "damaged",
        message: /message m of conversation c/,
      }),
    );

  test("a fold of another place of the log", () => {
    assert.throws(() => decodeFold(fold, state.runId, state.seq + 1), { code: "damaged" });
    assert.throws(() => decodeFold(fold, "another", state.seq), { code: "damaged" });
  });
});

test("what a newer build wrote is refused by its version", () => {
  assert.throws(() => decodeMessage(message.replace('"v":1', '"v":2'), "c", "m"), {
    code: "newer-schema",
    message: /message m of conversation c \(version 2\)/,
  });
});
