import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";
import fc from "fast-check";
import { decodeHistory, encodeHistory, HistoryFormatError } from "#lib/history/history-json.ts";
import { decodeEvent } from "#lib/protocol/decode-event.ts";
import { fold } from "#lib/protocol/fold.ts";
import type { AssistantMessage, Message, ToolPart } from "#lib/protocol/message.ts";
import { messageOf } from "#lib/protocol/message-of.ts";
import { emptyRun } from "#lib/protocol/run-state.ts";
import { failure, finish, log, reasoning, result, text, toolCall } from "../../support/event-builders.ts";
import { randomLog } from "../../support/random-log.ts";

const asks: Message = {
  id: "q",
  parentId: null,
  runId: "r",
  role: "user",
  createdAt: 1,
  text: "2+3? 😀 \ud83d",
};
const answer: AssistantMessage = {
  ...messageOf(
    log(
      ...[
        reasoning("hm"),
        text("Adding."),
        toolCall("add", { a: 2 }),
        toolCall("sub"),
        result({ b: [1, null] }),
      ],
      ...[failure("no"), text("It is 5."), finish()],
    ).reduce(fold, emptyRun("")),
  ),
  parentId: "q",
};
const history: readonly Message[] = [asks, answer];

const faultOf = (run: () => unknown): HistoryFormatError => {
  try {
    run();
  } catch (error) {
    assert.ok(error instanceof HistoryFormatError, String(error));
    return error;
  }
  return assert.fail("nothing was thrown");
};

test("a history is read again as it was, to the byte, and says its version", () => {
  const json = encodeHistory(history);
  assert.deepEqual(decodeHistory(json), history);
  assert.equal(encodeHistory(decodeHistory(json)), json);
  assert.equal(JSON.parse(json).v, 1);
  assert.deepEqual(decodeHistory(encodeHistory([])), []);
});

test("so is the message of every log that there ever was, and of any other", () => {
  const folder = new URL("../../golden/logs/", import.meta.url);
  const logs = readdirSync(folder).filter((name) => name.endsWith(".ndjson"));
  assert.ok(logs.length > 40);
  for (const name of logs) {
    const lines = readFileSync(new URL(name, folder), "utf8").trimEnd().split("\n");
    const message = messageOf(lines.map(decodeEvent).reduce(fold, emptyRun("")));
    assert.deepEqual(decodeHistory(encodeHistory([message])), [message], name);
  }
  fc.assert(
    fc.property(randomLog, (events) => {
      const message = messageOf(events.reduce(fold, emptyRun("")));
      assert.deepEqual(decodeHistory(encodeHistory([message])), [message]);
    }),
  );
});

test("so is every field that a message may have", () => {
  const cost = { inputTokens: 1, outputTokens: 2, cost: 0.5, source: "provider" } as const;
  const decided = { approved: true, by: "user", reason: "so", scope: "once", content: { a: 1 } } as const;
  const base = { stepId: "s", parentToolCallId: "c", startedAt: 1, endedAt: 2 };
  const call: ToolPart = {
    ...{ ...base, type: "tool", toolCallId: "c", toolName: "add", state: "output-available" },
    ...{ inputText: "{}", input: {}, output: { ["__proto__"]: 1 }, errorText: "", code: "x", attempt: 1 },
    ...{ attempts: 2, failedBefore: "away", isRepeatable: true, retryOf: "b", providerExecuted: true },
    ...{ isOutside: false, approvalId: "c:1", effect: "write", inputHash: "h", decision: decided },
    question: { message: "Which?", schema: { type: "object" } },
    change: { description: "new" },
    answers: [{ ...decided, approvalId: "c:1:1", effect: "write", inputHash: "h" }],
    progress: { progress: 1, total: 2, message: "half" },
    providerMetadata: { openai: { itemId: "i" } },
  };
  const full: AssistantMessage = {
    ...{ ...answer, id: "full", askedModel: "m", answeredBy: "n", durationBefore: 5, spentBefore: [cost] },
    parts: [
      call,
      { ...base, type: "object", id: "o", name: "n", schema: {}, json: "{", attempt: 1, valid: false },
      { ...base, type: "handoff", from: "a", to: "b", reason: "c" },
      { ...base, type: "source-url", sourceId: "1", url: "https://a.example", title: "t", toolCallId: "c" },
      { ...base, type: "steered", messageId: "m", text: "t", by: "user" },
      { ...base, type: "reasoning", id: "x", text: "", providerMetadata: { anthropic: { signature: "s" } } },
    ],
    takeovers: [{ type: "anew", afterMs: 5, isUnreported: true }],
    progress: { message: "half", progress: 1, total: 2, instance: "a/1", attempt: 1, at: 1 },
    ending: {
      type: "error",
      code: "timeout",
      errorText: "",
      retryable: true,
      status: 500,
      at: 1,
      total: cost,
    },
  };
  assert.deepEqual(decodeHistory(encodeHistory([{ ...asks, sentInto: "r" }, full])), [
    { ...asks, sentInto: "r" },
    full,
  ]);
});

/** As loosely as JSON is read. */
type TestMessages = ReturnType<typeof JSON.parse>;

/** The text of the history with one thing changed in it. */
const broken = (change: (messages: TestMessages) => void): string => {
  const value = JSON.parse(encodeHistory(history));
  change(value.messages);
  return JSON.stringify(value);
};

const faults: [what: string, json: string, path: string][] = [
  ["no JSON at all", "{", ""],
  ["something else", "[]", ""],
  ["no version", '{"messages":[]}', "v"],
  ["a newer version", '{"v":2,"messages":[]}', "v"],
  ["a field of the form that is not known", '{"v":1,"messages":[],"more":1}', "more"],
  ["no list", '{"v":1,"messages":{}}', "messages"],
  ["a role that is none", broken((all) => (all[0].role = "system")), "messages[0].role"],
  ["a text that is none", broken((all) => (all[0].text = 5)), "messages[0].text"],
  ["a field that is not known", broken((all) => (all[1].isAdmin = true)), "messages[1]"],
  ["a part without its text", broken((all) => delete all[1].parts[1].text), "messages[1].parts[1].text"],
  ["a part of no type", broken((all) => (all[1].parts[0].type = "image")), "messages[1].parts[0].type"],
  ["a state that is none", broken((all) => (all[1].parts[2].state = "done")), "messages[1].parts[2].state"],
  ["an end that is none", broken((all) => (all[1].ending.type = "well")), "messages[1].ending.type"],
  ["one id twice", broken((all) => (all[1].id = "q")), "messages[1].id"],
  ["levels without end", `{"v":1,"messages":${"[".repeat(9000)}${"]".repeat(9000)}}`, ""],
];
for (const [what, json, path] of faults)
  test(`what is no history is refused, and where it is wrong is named: ${what}`, () =>
    assert.equal(faultOf(() => decodeHistory(json)).path, path));

test("what would be lost as JSON is refused before it is written, and where it is wrong is named", () => {
  const withOutput = (output: unknown): Message[] => {
    const parts = answer.parts.map((part) => (part.type === "tool" ? { ...part, output } : part));
    return [asks, { ...answer, parts }];
  };
  const cyclic: Record<string, unknown> = {};
  cyclic["self"] = cyclic;
  for (const [value, path] of [
    [Number.NaN, "output"],
    [{ a: [1, Infinity] }, "output.a[1]"],
    [new Date(0), "output"],
    [{ a: undefined }, "output.a"],
    [1n, "output"],
    [() => 1, "output"],
  ] as const)
    assert.equal(faultOf(() => encodeHistory(withOutput(value))).path, `messages[1].parts[2].${path}`);
  assert.match(faultOf(() => encodeHistory(withOutput(cyclic))).message, /deeper/);
});
