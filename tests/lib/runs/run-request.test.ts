import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { test } from "node:test";
import { newRun, type RunRequest, runRequest, titleOf } from "#lib/runs/run-request.ts";

const run = (body: RunRequest, conversationId = "c") =>
  newRun(body, { conversationId, userId: "o", newId: randomUUID });

test("a title is the first words of the first connection, cut at a word, never inside a character", () => {
  assert.equal(titleOf("  What is   a log?\nmore"), "What is a log?");
  assert.equal(titleOf(`${"word ".repeat(30)}`), `${"word ".repeat(11)}word…`);
  assert.equal(titleOf("\u3164\n\u2800 \nWhat?\nmore"), "What?");
  assert.equal(titleOf(" \n"), "");
  const family = "👩‍👩‍👧";
  assert.equal(titleOf(family.repeat(80)), `${family.repeat(60)}…`);
  assert.equal(titleOf("汉".repeat(70)), `${"汉".repeat(60)}…`);
});

test("a question with half a surrogate pair is repaired before anything is made of it", () => {
  for (const half of ["\ud83d", "\ude00"]) {
    const body = runRequest(2000).parse({ runId: randomUUID(), message: { text: `a${half}` } });
    const { ask, title } = run(body);
    assert.equal(ask.kind === "message" && ask.message.text, "a\ufffd");
    assert.equal(title, "a\ufffd");
  }
});

test("the same request has the same hash, any other another; the ids that we make are no part of it", () => {
  const runId = randomUUID();
  const { bodyHash } = run({ runId, message: { text: "a" } });
  assert.equal(run({ runId, message: { text: "a" } }).bodyHash, bodyHash);
  const others = [
    run({ runId, message: { text: "b" } }),
    run({ runId, message: { text: "a" } }, "d"),
    run({ runId, message: { text: "a" }, model: "m" }),
    run({ runId, message: { text: "a" }, parentMessageId: null }),
    run({ runId, message: { text: "a" }, parentMessageId: null, seen: runId }),
    run({ runId, retry: runId }),
    run({ runId, continue: runId }),
  ].map((each) => each.bodyHash);
  assert.equal(new Set([bodyHash, ...others]).size, 8);
});

test("3.1 a request is a message, a retry or a continuation: exactly one of them", () => {
  const runId = randomUUID();
  const kinds = [{ message: { text: "a" } }, { retry: runId }, { continue: runId }];
  for (const kind of kinds) assert.ok(runRequest(2000).safeParse({ runId, ...kind }).success);
  for (const others of [{}, ...kinds.map((_, at) => Object.assign({}, ...kinds.toSpliced(at, 1)))]) {
    assert.deepEqual(runRequest(2000).safeParse({ runId, ...others }).error?.issues[0]?.path, ["message"]);
  }
  assert.ok(!runRequest(2000).safeParse({ runId, continue: "../x" }).success);
});

test("3.1 what a workflow begins with is the question's text, as it is or as JSON", () => {
  const runId = randomUUID();
  const given: [unknown, string][] = [
    ["rain", "rain"],
    [{ topic: "rain" }, '{"topic":"rain"}'],
    [[1, 2], "[1,2]"],
    [null, "null"],
  ];
  for (const [input, text] of given) {
    const { agent, ask } = run(runRequest(2000).parse({ runId, input, workflow: "essay" }));
    assert.deepEqual([agent, ask.kind === "message" && ask.message.text], ["essay", text]);
  }
  for (const body of [{ input: "" }, { input: "a", message: { text: "a" } }, { input: "x".repeat(400_000) }])
    assert.ok(!runRequest(2000).safeParse({ runId, ...body }).success);
  assert.ok(!runRequest(2000).safeParse({ runId, input: "a", agent: "a", workflow: "b" }).success);
});

test("3.1 a continuation asks for the rest of that run's answer, and brings no message", () => {
  const [runId, continued] = [randomUUID(), randomUUID()];
  assert.deepEqual(run({ runId, continue: continued }).ask, { kind: "continue", continueRunId: continued });
});

test("3.1 what was seen of the conversation goes along with a question, and with nothing else", () => {
  const [runId, seen] = [randomUUID(), randomUUID()];
  const asked = runRequest(2000).parse({ runId, message: { text: "a" }, parentMessageId: null, seen });
  const { ask } = run(asked);
  assert.ok(ask.kind === "message");
  assert.deepEqual([ask.parentMessageId, ask.seen], [null, seen]);
  assert.ok(runRequest(2000).safeParse({ runId, message: { text: "a" }, seen: null }).success);
  for (const body of [
    { retry: seen, seen },
    { continue: seen, seen: null },
    { message: { text: "a" }, seen: "x" },
  ])
    assert.deepEqual(runRequest(2000).safeParse({ runId, ...body }).error?.issues[0]?.path, ["seen"]);
});
