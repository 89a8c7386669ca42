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

test("frames of text that are no strict JSON are texts, each of them", () => {
  const lenient = frames(chat.textChunks("a", "b", "c")).map((each) =>
    each.replace('"delta"', '"logprobs":NaN,"delta"'),
  );
  const { parts, error } = read(...lenient);
  assert.deepEqual([parts, error], [["a", "b", "c"].map(text), undefined]);
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

test("the name that the server gives to the model comes before the text, however that is read", () => {
  const named = { ...chat.textChunks("a")[0], model: "m-2026" };
  assert.deepEqual(read(...frames([named, named])).parts, [
    { type: "model", name: "m-2026" },
    text("a"),
    text("a"),
  ]);
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
    assert.deepEqual([error?.code, parts.length], ["provider-failed", 3]);
  });

  const besides: [fields: string, code: string][] = [
    ['"base_resp":{"status_code":1002,"status_msg":"rate limit"}', "rate-limited"],
    ['"code":11202,"message":"licc limit"', "provider-failed"],
    ['"error_code":336501,"error_msg":"too many requests"', "rate-limited"],
    ['"success":false,"msg":"insufficient balance"', "out-of-credit"],
  ];
  for (const [fields, expected] of besides)
    test(`stands beside a text, which is kept: ${fields}`, () => {
      const [frame = ""] = frames(chat.textChunks("a"));
      const { parts, error } = read(frame, frame.replace(/^\{/, `{${fields},`));
      assert.deepEqual([error?.code, parts], [expected, [text("a"), text("a")]]);
    });

  test("null is none", () => {
    const [frame = ""] = frames(chat.textChunks("a"));
    assert.deepEqual(read(frame.replace(/^\{/, '{"error":null,')).parts, [text("a")]);
  });
});

test("JSON that was cut is a bad response, behind what came before it", () => {
  for (const frame of ["{not json}", '{"choices":[{"delta":{"content":"a'])
    for (const state of [read(...frames(chat.textChunks("so far")), frame)])
      assert.deepEqual([state.error?.code, state.parts], ["bad-response", [text("so far")]]);
});

test("words in place of a chunk are an error, behind what came before it", () => {
  for (const frame of ["Internal server error", ["error", "Internal server error"]] satisfies Frame[]) {
    const { parts, error } = read(...frames(chat.textChunks("so far")), frame);
    assert.deepEqual([error?.code, parts], ["provider-failed", [text("so far")]]);
  }
});

const passedOver: Frame[] = [
  "null",
  "5",
  "true",
  '"a"',
  "[]",
  "{}",
  '{"choices":5}',
  '{"choices":[null]}',
  '{"choices":null,"usage":null}',
  "ping",
  ": keep-alive",
  ["ping", '{"type":"ping"}'],
  ["heartbeat", "now"],
];
for (const frame of passedOver)
  test(`${String(frame)} is passed over`, () => {
    const { parts, error } = read(...frames(chat.textChunks("a")), frame, ...frames(chat.textChunks("b")));
    assert.deepEqual([error, parts], [undefined, [text("a"), text("b")]]);
  });

test("after a finish reason whatever cannot be read is passed over, and an error too", () => {
  for (const frame of ["{cut", "200", "bye", '{"error":{"code":500}}', ["error", "no"]] satisfies Frame[]) {
    const { parts, error } = read(...frames(chat.textChunks("a"), chat.finish()), frame);
    assert.deepEqual([error, parts], [undefined, [text("a"), { type: "finish", reason: "stop" }]]);
  }
});

test("after one that came along with text an error is one", () => {
  const both = { choices: [{ delta: { content: "a" }, finish_reason: "stop" }] };
  assert.equal(read(...frames([both]), '{"error":{"code":500}}').error?.code, "provider-failed");
});

test("a finish reason that says of a failure is one, behind all that came", () => {
  const { parts, error } = read(
    ...frames(chat.textChunks("a"), chat.finish("network_error"), chat.usage(1, 2)),
  );
  assert.deepEqual([error?.code, error?.retryable], ["provider-failed", true]);
  assert.deepEqual(
    parts.map(({ type }) => type),
    ["text", "usage"],
  );
});

test("text and usage beside an error are kept", () => {
  const [frame = ""] = frames(chat.textChunks("a"));
  const both = frame.replace(/}$/, ',"usage":{"prompt_tokens":3},"error":{"message":"no"}}');
  const { parts, error } = read(both);
  assert.ok(error);
  assert.deepEqual(
    parts.map(({ type }) => type),
    ["text", "usage"],
  );
});

for (const end of ["[DONE]", "[done]", "DONE", "[DONE ]", '"[DONE]"', ["done", "{}"]] satisfies Frame[])
  test(`${String(end)} is the end`, () => {
    assert.deepEqual(read(...frames(chat.textChunks("a"), chat.finish()), end).state(), [true, true]);
  });

test("frames that stand in one line are read one by one", () => {
  const [one = "", two = ""] = frames(chat.textChunks("a}{b", "c"));
  assert.deepEqual(read(`${one}${two}`, `${one}data: ${two}`).parts, ["a}{b", "c", "a}{b", "c"].map(text));
});

test("a frame inside a frame is read, and so is a list of chunks", () => {
  const [frame = ""] = frames(chat.textChunks("a"));
  assert.deepEqual(read(`data: data: ${frame}`, `[${frame},${frame}]`).parts, [
    text("a"),
    text("a"),
    text("a"),
  ]);
});

test("a number in place of a text is as it was written, and one among arguments is a number", () => {
  const number = (content: string) => `{"choices":[{"delta":{"content":${content}}}]}`;
  assert.deepEqual(read(number("1.50"), number('"content\\":2"'), number("-3e2")).parts, [
    text("1.50"),
    text('content":2'),
    text("-3e2"),
  ]);
  const call =
    '{"choices":[{"delta":{"tool_calls":[{"id":"a","function":{"name":"f","arguments":{"text":1}}}]}}]}';
  assert.deepEqual(read(call).parts.at(-1), { type: "tool-call-delta", index: 0, delta: '{"text":1}' });
});

test("54 what a provider nests without end is passed over, and costs nothing beside it", () => {
  const nested = "[".repeat(100_000) + "]".repeat(100_000);
  const [frame = ""] = frames(chat.textChunks("a"));
  const beside = frame.replace(/}$/, `,"extra":${nested}}`);
  assert.deepEqual(read(beside).parts, [text("a")]);
  const within = `{"choices":[{"delta":{"content":${nested},"refusal":"b"}}]}`;
  assert.deepEqual(read(within).parts, [{ type: "refusal", delta: "b" }]);
});

test("a frame of lists in lists, however deep, costs nothing in mid-answer", () => {
  const deep = "[".repeat(100_000) + "]".repeat(100_000);
  const [one = "", two = "", ended = ""] = frames(chat.textChunks("It is ", "5."), chat.finish());
  const { parts, error } = read(one, deep, two, ended, "[DONE]");
  assert.equal(error, undefined);
  assert.deepEqual(parts, [text("It is "), text("5."), { type: "finish", reason: "stop" }]);
});
