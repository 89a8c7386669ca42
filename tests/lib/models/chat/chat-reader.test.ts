import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { createChatReader } from "#lib/models/chat/chat-reader.ts";
import type { ModelPart } from "#lib/models/model.ts";
import { ModelError } from "#lib/models/model-error.ts";
import * as chat from "../../../support/chat-chunks.ts";
import { question } from "../../../support/collect-answer.ts";

const createReader = () =>
  createChatReader(
    { messages: question },
    { context: { host: "host:1", model: "m" }, usageSource: "provider" },
  );

/** A frame's data, or its event and data. */
type Frame = string | [event: string, data: string];
const frames = (...chunks: object[][]): string[] => chunks.flat().map((chunk) => JSON.stringify(chunk));
const text = (delta: string): ModelPart => ({ type: "text", delta });

function read(...given: Frame[]) {
  const reader = createReader();
  const parts: ModelPart[] = [];
  const result: { parts: ModelPart[]; error?: ModelError; state: () => boolean[] } = {
    parts,
    state: () => [reader.isFinished, reader.isDone],
  };
  try {
    for (const frame of given) {
      const [event, data] = typeof frame === "string" ? ["message", frame] : frame;
      reader.readFrame(data, event, parts);
    }
    reader.end(parts);
  } catch (error) {
    assert.ok(error instanceof ModelError);
    result.error = error;
  }
  return result;
}

test("frames of text are texts, however they are read: the first ones parsed, the next ones compared", () => {
  const { parts } = read(...frames(chat.textChunks("It ", "is ", "“5”", "\n", "😀")));
  assert.deepEqual(parts, ["It ", "is ", "“5”", "\n", "😀"].map(text));
});

test("a finish reason is the last part, and is known as soon as it was read", () => {
  const finished = read(...frames(chat.textChunks("a"), chat.finish("length"), chat.usage(7, 2)));
  assert.deepEqual(finished.parts.slice(1), [
    { type: "usage", usage: { inputTokens: 7, outputTokens: 2, source: "provider" } },
    { type: "finish", reason: "length" },
  ]);
  assert.deepEqual(finished.state(), [true, false]);
  assert.deepEqual(read(...frames(chat.textChunks("a")), "[DONE]").state(), [false, true]);
  assert.deepEqual(read(...frames(chat.textChunks("a"))).parts, [text("a")]);
});

test("a whole completion in place of the stream is the answer", () => {
  const parts: ModelPart[] = [];
  const reader = createReader();
  reader.readDocument('{"choices":[{"message":{"content":"all"},"finish_reason":"stop"}]}', parts);
  reader.end(parts);
  assert.deepEqual(parts, [text("all"), { type: "finish", reason: "stop" }]);
});

test("a last frame is complete if it is the stream's end or JSON", () => {
  const { isComplete } = createReader();
  assert.deepEqual(["[DONE]", " [DONE] ", "{}", "5"].map(isComplete), [true, true, true, true]);
  assert.deepEqual(["", "[DON", '{"choices":[', "{torn"].map(isComplete), [false, false, false, false]);
});

describe("an error in place of a chunk", () => {
  const cases: [frame: Frame, code: string, status: number | undefined][] = [
    ['{"error":{"message":"x","code":429}}', "rate-limited", 429],
    ['{"error":{"message":"x","code":"429"}}', "rate-limited", 429],
    ['{"error":{"status_code":401,"code":"x"}}', "key-rejected", 401],
    ['{"error":{"status":404}}', "model-not-found", 404],
    ['{"error":"model runner stopped"}', "provider-failed", undefined],
    ['{"error":{"code":7}}', "provider-failed", undefined],
    ['{"object":"error","code":400}', "request-refused", 400],
    [["error", '{"message":"x"}'], "provider-failed", undefined],
    [["error", '{"error":{"code":400}}'], "request-refused", 400],
  ];
  for (const [frame, code, status] of cases)
    test(`${String(frame)} is ${code}, behind what came before it`, () => {
      const { parts, error } = read(...frames(chat.textChunks("so far")), frame);
      assert.deepEqual([error?.code, error?.facts.status, parts], [code, status, [text("so far")]]);
    });

  test("is one by its event, though its data looks like the text before it", () => {
    const [frame = ""] = frames(chat.textChunks("a"));
    const { parts, error } = read(frame, frame, ["error", frame]);
    assert.deepEqual([error?.code, parts.length], ["provider-failed", 2]);
  });

  test("null is none", () => {
    const [frame = ""] = frames(chat.textChunks("a"));
    assert.deepEqual(read(frame.replace(/^\{/, '{"error":null,')).parts, [text("a")]);
  });
});

for (const frame of ["{not json}", "", "5", '{"choices":5}', '{"choices":[{"delta":{"content":7}}]}'])
  test(`${JSON.stringify(frame)} is a bad response, behind what came before it`, () => {
    const { parts, error } = read(...frames(chat.textChunks("so far")), frame);
    assert.deepEqual([error?.code, parts], ["bad-response", [text("so far")]]);
  });

test("54 what a provider nests without end is passed over, or an answer that cannot be read", () => {
  const nested = "[".repeat(100_000) + "]".repeat(100_000);
  const [frame = ""] = frames(chat.textChunks("a"));
  const beside = frame.replace(/}$/, `,"extra":${nested}}`);
  assert.deepEqual(read(beside).parts, [text("a")]);
  const within = `{"choices":[{"delta":{"content":${nested}}}]}`;
  assert.equal(read(within).error?.code, "bad-response");
});
