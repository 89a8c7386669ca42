import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { test } from "node:test";
import { createEndpointModel } from "#lib/models/endpoint-model.ts";
import { ModelError } from "#lib/models/model-error.ts";
import { runEvent } from "#lib/protocol/run-event.ts";
import { newestStep } from "#lib/protocol/run-state.ts";
import { newRun } from "#lib/runs/run-request.ts";
import { startRun } from "#lib/runs/start-run.ts";
import { stopRun } from "#lib/runs/stop-run.ts";
import * as chat from "../../support/chat-chunks.ts";
import { spoken } from "../../support/model-messages.ts";
import { foldAll, question, readLog, runContext, runToEnd, textOf, userId } from "../../support/run-bench.ts";
import { finished, gate, says, scriptedModel } from "../../support/scripted-model.ts";
import { waitUntil } from "../../support/wait-until.ts";

const types = (events: readonly { type: string }[]): string[] => events.map(({ type }) => type);

test("a run is written as start, a step with its parts, and one terminal event, numbered without gaps", async () => {
  const context = runContext(scriptedModel([...says("It is ", "5."), finished]));
  const events = await runToEnd(context, question("2+3?"));
  assert.deepEqual(types(events), [
    "start",
    "start-step",
    "agent-input",
    "text-start",
    "text-delta",
    "text-end",
    "finish-step",
    "finish",
  ]);
  assert.deepEqual(
    events.map(({ seq }) => seq),
    events.map((_, at) => at + 1),
  );
  for (const event of events) assert.deepEqual(runEvent.parse(event), event);
  assert.equal(textOf(foldAll(events)), "It is 5.");
});

test("2,000 one-character deltas at once become a few events, and the text is exact", async () => {
  const text = "abcdefghij".repeat(200);
  const context = runContext(scriptedModel([...says(...text), finished]));
  const events = await runToEnd(context, question("go"));
  assert.equal(textOf(foldAll(events)), text);
  assert.ok(events.length <= 45, `${events.length} events`);
});

test("the first delta of a part is durable before the second exists", async () => {
  const second = gate();
  const context = runContext(scriptedModel([...says("one "), second.promise, ...says("two"), finished]));
  const run = question("go");
  const created = await startRun(context, run);
  await waitUntil(
    "the first delta is in the log",
    async () => textOf(foldAll(await readLog(context.storage, run.runId))) === "one ",
  );
  second.open();
  await created.done;
  assert.equal(textOf(foldAll(await readLog(context.storage, run.runId))), "one two");
});

test("a character that the provider splits in two is never split in the log", async () => {
  const frames = [...chat.textChunks("a\ud83d", "\ude00b", "\ud83d"), ...chat.finish()];
  const model = createEndpointModel({
    ...{ id: "m", firstByteMs: 5000, idleMs: 5000, maxCharacters: 1e6 },
    fetch: async () => new Response(chat.sse(frames)),
  });
  const context = runContext(model);
  const events = await runToEnd(context, question("go"));
  for (const event of events) {
    if (event.type === "text-delta") assert.ok(event.delta.isWellFormed(), JSON.stringify(event.delta));
  }
  assert.equal(textOf(foldAll(events)), "a😀b\ufffd");
});

test("20 identical starts at once are one run and one model call", async () => {
  const model = scriptedModel([...says("x"), finished]);
  const context = runContext(model);
  const body = { runId: randomUUID(), message: { text: "hi" } };
  const conversationId = randomUUID();
  const starts = await Promise.all(
    Array.from({ length: 20 }, () =>
      startRun(context, newRun(body, { conversationId, userId, newId: randomUUID })),
    ),
  );
  for (const { done } of starts) await done;
  assert.equal(starts.filter(({ kind }) => kind === "created").length, 1);
  assert.equal(starts.filter(({ kind }) => kind === "exists").length, 19);
  assert.equal(model.requests.length, 1);
});

test("a stop keeps the partial, ends the log with abort, and the next turn sends the partial to the model", async () => {
  const hold = gate();
  const model = scriptedModel(
    [...says("half an ans"), hold.promise, ...says("wer"), finished],
    [...says("ok"), finished],
  );
  const context = runContext(model);
  const first = question("tell me");
  const created = await startRun(context, first);
  await waitUntil(
    "the answer has begun",
    async () => textOf(foldAll(await readLog(context.storage, first.runId))) !== "",
  );
  await stopRun(context, first.runId, "user");
  await stopRun(context, first.runId, "user");
  await created.done;
  const events = await readLog(context.storage, first.runId);
  assert.equal(events.at(-1)?.type, "abort");
  assert.equal(textOf(foldAll(events)), "half an ans");
  assert.equal(model.requests[0]?.closed, true);
  await runToEnd(context, question("and now?", { conversationId: first.conversationId }));
  assert.deepEqual(spoken(model.requests[1]?.request.messages.slice(1) ?? []), [
    ["user", "tell me"],
    ["assistant", "half an ans"],
    ["user", "and now?"],
  ]);
});

test("a stop before the first token ends the run without an answer, and one after the end changes nothing", async () => {
  const hold = gate();
  const context = runContext(scriptedModel([hold.promise, finished]));
  const run = question("go");
  const created = await startRun(context, run);
  await stopRun(context, run.runId, "user");
  await created.done;
  const events = await readLog(context.storage, run.runId);
  assert.deepEqual([events[0]?.type, events.at(-1)?.type], ["start", "abort"]);
  assert.deepEqual(foldAll(events).parts, []);
  assert.equal((await stopRun(context, run.runId, "user"))?.status, "stopped");
  assert.equal((await readLog(context.storage, run.runId)).length, events.length);
});

const failures = [
  [
    "an error of the provider",
    new ModelError("provider-failed", "host answered 500", { retryable: true }),
    "provider-failed",
  ],
  ["a bug of ours", new TypeError("x is not a function"), "unexpected"],
] as const;
for (const [name, failure, code] of failures) {
  test(`${name} in mid-answer is one terminal error, and the partial is kept`, async () => {
    const context = runContext(scriptedModel([...says("partial"), failure]));
    const state = foldAll(await runToEnd(context, question("go")));
    assert.equal(textOf(state), "partial");
    assert.equal(state.ending?.type === "error" && state.ending.code, code);
    assert.ok(state.parts.every((part) => part.endedAt !== undefined));
  });
}

test("a stream that ends without a finish reason is cut off, never complete", async () => {
  const context = runContext(scriptedModel([...says("partial")]));
  const state = foldAll(await runToEnd(context, question("go")));
  assert.equal(state.ending?.type === "error" && state.ending.code, "cut-off");
  assert.equal(newestStep(state)?.finishReason, "other");
});

test("a call to a tool that nobody offered is answered as unknown, and the model is asked on", async () => {
  const context = runContext(
    scriptedModel(
      [
        { type: "tool-call-start", index: 0, toolCallId: "c1", toolName: "lookup" },
        { type: "tool-call-delta", index: 0, delta: '{"q":' },
        { type: "tool-call-delta", index: 0, delta: "1}" },
        { type: "tool-call-start", index: 1, toolCallId: "c2", toolName: "other" },
        { type: "tool-call-delta", index: 1, delta: '{"q"' },
        { type: "finish", reason: "tool-calls" },
      ],
      [...says("There is no such tool."), finished],
    ),
  );
  const events = await runToEnd(context, question("go"));
  const state = foldAll(events);
  const calls = state.parts.flatMap((part) =>
    part.type === "tool" ? [[part.toolCallId, part.state, part.code ?? ""]] : [],
  );
  assert.deepEqual(calls, [
    ["c1", "output-error", "unknown_tool"],
    ["c2", "output-error", ""],
  ]);
  assert.deepEqual(state.ending?.type === "finish" && state.ending.finishReason, "stop");
});
