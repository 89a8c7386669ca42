import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";
import fc from "fast-check";
import { forkedConversation } from "#lib/conversations/forked-conversation.ts";
import { modelInput } from "#lib/history/model-input.ts";
import { answerText } from "#lib/protocol/answer-text.ts";
import { decodeEvent } from "#lib/protocol/decode-event.ts";
import { fold } from "#lib/protocol/fold.ts";
import type { AssistantMessage, Message, UserMessage } from "#lib/protocol/message.ts";
import { messageOf } from "#lib/protocol/message-of.ts";
import { type RunEvent, runEvent } from "#lib/protocol/run-event.ts";
import { emptyRun } from "#lib/protocol/run-state.ts";
import { isEnded } from "#lib/protocol/run-status.ts";
import type { ArchivedConversation } from "#lib/storage/archive/archive.ts";
import { decodeMessage } from "#lib/storage/core/stored-json.ts";
import type { RunMeta } from "#lib/storage/run-store.ts";
import { isAcceptable } from "../../support/acceptable-history.ts";
import * as b from "../../support/event-builders.ts";
import { randomLog } from "../../support/random-log.ts";

const question: UserMessage = {
  ...{ id: b.ids.userMessage, parentId: null, runId: b.ids.run, role: "user" },
  ...{ createdAt: b.firstTs, text: "2+3?" },
};
const run: RunMeta = {
  ...{ runId: b.ids.run, conversationId: b.ids.conversation, userId: "alice", agent: "assistant" },
  ...{ messageId: b.ids.message, userMessageId: b.ids.userMessage, status: "running", epoch: 1, head: 0 },
  ...{ createdAt: 0, leaseUntil: 0, continuations: 0, deleted: false },
};
const forkOf = (
  events: readonly RunEvent[],
  messages: readonly Message[] = [question],
): ArchivedConversation =>
  forkedConversation(
    { messages, events },
    {
      ...{ run, title: "Sums", conversationId: b.uuid(100), runId: b.uuid(101), bodyHash: "hash" },
      now: b.firstTs + 1_000_000,
    },
  );

const messagesOf = ({ id, messages }: ArchivedConversation): Message[] =>
  messages.map((message) => decodeMessage(message.json, id, message.id));
const logOf = ({ runs }: ArchivedConversation): RunEvent[] =>
  (runs[0]?.entries ?? []).map(({ json }) => decodeEvent(json));
const answerOf = (forked: ArchivedConversation): AssistantMessage => {
  const answer = messagesOf(forked).at(-1);
  return answer?.role === "assistant" ? answer : assert.fail("no answer");
};

/** What holds of a fork, wherever it begins. */
function assertSound(events: readonly RunEvent[]): void {
  const forked = forkOf(events);
  const log = logOf(forked);
  const [forkedRun = assert.fail()] = forked.runs;
  assert.deepEqual(
    log.map(({ seq, runId }) => [seq, runId]),
    log.map((_, at) => [at + 1, forkedRun.runId]),
  );
  for (const event of log) assert.deepEqual(runEvent.parse(event), event);
  const state = log.reduce(fold, emptyRun(forkedRun.runId));
  assert.equal(state.conversationId, forked.id);
  assert.deepEqual([state.seq, state.epoch], [forkedRun.head, forkedRun.epoch]);
  assert.ok(isEnded(forkedRun.status) && state.ending !== undefined);
  const answer = answerOf(forked);
  assert.deepEqual(answer, JSON.parse(JSON.stringify(messageOf(state))));
  assert.ok(answer.parts.every(({ type, endedAt }) => endedAt !== undefined || type === "refusal"));
  const was = messageOf(events.reduce(fold, emptyRun(run.runId)));
  assert.deepEqual(answer.parts.map(textIn), was.parts.map(textIn));
  const next: UserMessage = { ...question, id: b.uuid(102), parentId: answer.id, text: "And?" };
  assert.ok(isAcceptable(modelInput([...messagesOf(forked), next])));
}

const textIn = (part: AssistantMessage["parts"][number]): unknown => "text" in part && part.text;

const folder = new URL("../../golden/logs/", import.meta.url);

test("a fork at every event of every log that is kept is a whole conversation that a provider accepts", () => {
  let forks = 0;
  for (const name of readdirSync(folder).filter((each) => each.endsWith(".ndjson"))) {
    const lines = readFileSync(new URL(name, folder), "utf8").trimEnd().split("\n");
    const events = lines.map(decodeEvent);
    for (const { seq } of events) assertSound(events.slice(0, seq));
    forks += events.length;
  }
  assert.ok(forks > 400);
});

test("so is one at any event of any log", () => {
  const cut = fc.tuple(randomLog, fc.nat()).map(([events, at]) => events.slice(0, 1 + (at % events.length)));
  fc.assert(
    fc.property(cut, (events) => assertSound(events)),
    { numRuns: 1000 },
  );
});

test("an answer that had ended stays as it was, and one that had not ends where it was forked", () => {
  const events = b.log(b.text("It is 5."), b.finish());
  const whole = answerOf(forkOf(events));
  assert.equal(whole.ending?.type, "finish");
  const half = answerOf(forkOf(events.slice(0, 4)));
  assert.deepEqual(half.ending?.type === "abort" && [half.ending.by, half.ending.reason], ["user", "forked"]);
});

test("a call that had no result then is one that was stopped", () => {
  const events = b.log(b.toolCall("add", { a: 2 }), b.result("5"), b.finish());
  const at = events.findIndex(({ type }) => type === "tool-output-available");
  const [call] = answerOf(forkOf(events.slice(0, at))).parts;
  assert.deepEqual(call?.type === "tool" && [call.state, call.code], ["output-error", "stopped"]);
});

test("what an earlier run of the same answer had written stands before it", () => {
  const kept: AssistantMessage = {
    ...{ id: b.ids.message, parentId: question.id, runId: b.uuid(7), role: "assistant", createdAt: 1 },
    ...{ agent: "assistant", model: "demo", ending: { type: "abort", by: "user" } },
    parts: [{ type: "text", id: "kept", text: "It is ", stepId: "step-0", startedAt: 1, endedAt: 2 }],
  };
  const events = b.log(b.text("five."), b.finish());
  assert.equal(answerText(answerOf(forkOf(events, [question, kept])).parts), "It is five.");
});

test("earlier messages are joined to each other, whatever was left out between them", () => {
  const earlier: UserMessage = { ...question, id: b.uuid(8), text: "1+1?" };
  const other: AssistantMessage = {
    ...{ id: b.uuid(9), parentId: b.uuid(8), runId: b.uuid(10), role: "assistant", createdAt: 1 },
    ...{ agent: "assistant", model: "demo", parts: [], ending: { type: "abort", by: "user" } },
  };
  const asked = { ...question, parentId: b.uuid(77) };
  const messages = messagesOf(forkOf(b.log(b.text("5"), b.finish()), [earlier, other, asked]));
  assert.deepEqual(
    messages.map(({ parentId }) => parentId),
    [null, ...messages.slice(0, -1).map(({ id }) => id)],
  );
  // The question is of the new run: that is what its answer is found by.
  assert.deepEqual(
    messages.map(({ runId }) => runId),
    [earlier.runId, other.runId, b.uuid(101), b.uuid(101)],
  );
});

test("10,000 events are forked in no time, as a short log", () => {
  const deltas = Array.from({ length: 10_000 }, () => b.textDelta("word "));
  const events = b.numbered([b.start(), b.startStep(), b.textStart(), ...deltas]);
  forkOf(events);
  const began = performance.now();
  const forked = forkOf(events);
  // Promised are 50 ms.
  assert.ok(performance.now() - began < 500);
  assert.ok((forked.runs[0]?.entries.length ?? 0) < 20);
});
