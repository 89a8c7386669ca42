import assert from "node:assert/strict";
import { test } from "node:test";
import type { FoundLimits } from "#lib/agents/agent-scope.ts";
import { inputHash } from "#lib/agents/input-hash.ts";
import { sentInput } from "#lib/agents/sent-input.ts";
import { messageTokens } from "#lib/history/message-tokens.ts";
import { withoutOldest } from "#lib/history/trim.ts";
import type { Model } from "#lib/models/model.ts";
import { ModelError } from "#lib/models/model-error.ts";
import type { Message } from "#lib/protocol/message.ts";
import { agentWith } from "../../support/agent-bench.ts";
import { only, types } from "../../support/assistant-bench.ts";
import { numbered, start } from "../../support/event-builders.ts";
import { asked, type Production, produce } from "../../support/producer-bench.ts";
import {
  callsTools,
  finished,
  type ScriptedModel,
  says,
  scriptedModel,
} from "../../support/scripted-model.ts";
import { scriptedTool } from "../../support/scripted-tools.ts";

const tooLong = (code: ModelError["code"] = "context-too-long") =>
  new ModelError(code, code, { retryable: false });
const answer = [...says("Five."), finished];
const add = scriptedTool("add", ({ a }) => Number(a) + 1);

/** A conversation of so many turns behind one another, of about 100 tokens each, and the question. */
function longHistory(turns: number): Message[] {
  const { runId, createdAt } = asked;
  const turnsBefore = Array.from({ length: turns }, (_, n): Message[] => [
    { id: `q${n}`, parentId: null, runId, role: "user", createdAt, text: `question ${n}` },
    {
      ...{ id: `a${n}`, parentId: `q${n}`, runId, role: "assistant", createdAt, agent: "assistant" },
      ...{ model: "m", parts: [{ type: "text", id: "t", stepId: "s", startedAt: 1, text: "x".repeat(270) }] },
    },
  ]);
  return [...turnsBefore.flat(), asked];
}

const by = (model: Model, contextTokens?: number) =>
  agentWith(model, [add], contextTokens === undefined ? {} : { contextTokens });
const sentOf = (model: ScriptedModel) => model.requests.map(({ request }) => request.messages);
const tokensOf = (model: ScriptedModel) =>
  sentOf(model).map((messages) => messages.reduce((sum, message) => sum + messageTokens(message), 0));
const leftOutOf = (production: Production) => only(production, "agent-input").map(({ leftOut }) => leftOut);

test("what fits is sent wholly, and the log says nothing of it", async () => {
  for (const contextTokens of [undefined, 100_000]) {
    const model = scriptedModel(answer);
    const production = await produce(by(model, contextTokens), { history: longHistory(30) });
    assert.equal(sentOf(model)[0]?.length, 62);
    assert.ok(only(production, "agent-input").every((event) => !("leftOut" in event)));
  }
});

test("of a conversation that is too long the newest turns are sent, and the log says how many are not", async () => {
  const model = scriptedModel(callsTools(["c", "add", { a: 1 }]), answer);
  const production = await produce(by(model, 2000), { history: longHistory(30) });
  const [first = assert.fail(), second = assert.fail()] = sentOf(model);
  assert.ok(tokensOf(model).every((tokens) => tokens < 1500));
  assert.equal(first[0]?.role, "system");
  assert.deepEqual(first.at(-1), { role: "user", content: [{ type: "text", text: "2+3?" }] });
  assert.deepEqual(second.slice(0, first.length), first);
  assert.deepEqual(leftOutOf(production), [62 - first.length, 62 - first.length]);
  assert.deepEqual(
    only(production, "agent-input").map(({ messageCount, hash }) => [messageCount, hash]),
    [first, second].map((messages) => [messages.length, inputHash(messages)]),
  );
});

test("the limits of a model that are known count, and not what others are taken to have", async () => {
  const model = scriptedModel(answer);
  await produce(by({ ...model, limits: { context: 2000 } }, 100_000), { history: longHistory(30) });
  await produce(by({ ...model, limits: { context: 100_000 } }, 2000), { history: longHistory(30) });
  assert.ok((sentOf(model)[0]?.length ?? 0) < 40);
  assert.equal(sentOf(model)[1]?.length, 62);
});

test("a request that is refused as too long is made once more with half of it", async () => {
  const model = scriptedModel([tooLong()], callsTools(["c", "add", { a: 1 }]), answer);
  const production = await produce(by(model), { history: longHistory(30) });
  const [first = assert.fail(), second = assert.fail(), third = assert.fail()] = sentOf(model);
  const [asWas = 0, half = 0] = tokensOf(model);
  assert.ok(half <= asWas / 2 && half > asWas / 8);
  assert.deepEqual(second, withoutOldest(first, first.length - second.length));
  // No more than that for the rest of the run, and the cut stays where it is.
  assert.deepEqual(third.slice(0, second.length), second);
  const left = first.length - second.length;
  assert.deepEqual(leftOutOf(production), [undefined, left, left]);
  assert.deepEqual(production.outcome, { type: "finished", finishReason: "stop" });
  assert.equal(
    types(production),
    "start-step agent-input agent-input tool-input-start tool-input-delta tool-input-available tool-start " +
      "tool-output-available finish-step start-step agent-input text-start text-delta text-end finish-step",
  );
  assert.deepEqual(production.waits, []);
});

test("what was sent is built again from the log, whatever was left out and why", async () => {
  const history = longHistory(30);
  for (const [scripts, contextTokens] of [
    [[callsTools(["c", "add", { a: 1 }]), answer], 2000],
    [[[tooLong()], answer], undefined],
  ] as const) {
    const model = scriptedModel(...scripts.map((script) => [...script]));
    const production = await produce(by(model, contextTokens), { history });
    const events = [...numbered([start()]), ...numbered(production.events, { startAt: 2 })];
    const requests = events.filter(({ type }) => type === "agent-input");
    assert.equal(requests.length, 2);
    const agent = { name: "assistant", instructions: "Be brief.", tools: [add] };
    const built = requests.map(({ seq }) => sentInput({ messages: history, events }, seq, [agent]));
    assert.deepEqual(
      built.map((input) => [input?.isExact, input?.messages.length, input?.leftOut]),
      sentOf(model).map(({ length }, at) => [true, length, leftOutOf(production)[at]]),
    );
    assert.ok(built.some((input) => input?.leftOut));
  }
});

test("what was found of a model's limit is known to the next run of the process, and to no other process", async () => {
  const model = scriptedModel([tooLong()], answer);
  const history = longHistory(30);
  const foundLimits: FoundLimits = new Map();
  for (const _ of [1, 2]) await produce(agentWith(model, [add], { foundLimits }), { history });
  const [asWas = 0, half = 0, next = 0] = tokensOf(model);
  assert.equal(model.requests.length, 3);
  assert.ok(half <= asWas / 2);
  assert.equal(next, half);
  await produce(agentWith(model, [add], { foundLimits: new Map() }), { history });
  assert.equal(tokensOf(model)[3], asWas);
});

test("what a model with a person's own key has refused limits nobody else, nor a next run", async () => {
  const foundLimits: FoundLimits = new Map();
  const model: ScriptedModel = { ...scriptedModel([tooLong()], answer), usesOwnKey: true };
  await produce(agentWith(model, [add], { foundLimits }), { history: longHistory(30) });
  assert.equal(foundLimits.size, 0);
  foundLimits.set(model.id, { tokens: 1000, until: Infinity });
  const other: ScriptedModel = { ...scriptedModel(answer), usesOwnKey: true };
  await produce(agentWith(other, [add], { foundLimits }), { history: longHistory(30) });
  assert.equal(sentOf(other)[0]?.length, 62);
});

test("a limit that was found lapses after some minutes", async () => {
  const foundLimits: FoundLimits = new Map();
  const model = scriptedModel([tooLong()], answer);
  const history = longHistory(30);
  await produce(agentWith(model, [add], { foundLimits }), { history });
  const [found] = foundLimits.values();
  foundLimits.set(model.id, { tokens: found?.tokens ?? 0, until: 0 });
  await produce(agentWith(model, [add], { foundLimits }), { history });
  const [asWas = 0, , later = 0] = tokensOf(model);
  assert.equal(later, asWas);
});

test("what was refused for something else, in truth, is no limit of the next run", async () => {
  const foundLimits: FoundLimits = new Map();
  const twice = scriptedModel([tooLong()], [tooLong()], answer);
  const short = scriptedModel([tooLong()], answer);
  await produce(agentWith(twice, [add], { foundLimits }), { history: longHistory(30) });
  assert.deepEqual([...foundLimits], []);
  await produce(agentWith(short, [add], { foundLimits }), { history: longHistory(2) });
  assert.deepEqual(
    [...foundLimits.values()].map(({ tokens }) => tokens),
    [1000],
  );
});

test("a limit that turns out to be lower still is asked with half once more, in each run once", async () => {
  const model = scriptedModel([tooLong()], answer, [tooLong()], answer, answer);
  const foundLimits: FoundLimits = new Map();
  for (const _ of [1, 2, 3])
    await produce(agentWith(model, [add], { foundLimits }), { history: longHistory(200) });
  const [first = 0, second = 0, third = 0, fourth = 0, fifth = 0] = tokensOf(model);
  assert.ok(second <= first / 2 && third === second && fourth <= third / 2 && fifth === fourth);
});

test("a question whose tools gave too much is asked on with less of that, the log says so, and it is built again", async () => {
  const reads = scriptedTool("read", ({ n }) => `page ${Number(n)} ${"x".repeat(6000)}`);
  const calls = [1, 2, 3, 4].map((n) => callsTools([`c${n}`, "read", { n }]));
  const model = scriptedModel(...calls, answer);
  const production = await produce(agentWith(model, [reads], { contextTokens: 8000 }), { history: [asked] });
  assert.deepEqual(production.outcome, { type: "finished", finishReason: "stop" });
  const inputs = only(production, "agent-input");
  assert.deepEqual(
    inputs.map(({ shortened = 0, leftOut = 0 }) => [shortened > 0, leftOut]),
    [false, false, false, true, true].map((isShortened) => [isShortened, 0]),
  );
  assert.ok(tokensOf(model).every((tokens) => tokens <= 6000));
  assert.ok(sentOf(model).every((messages) => JSON.stringify(messages).includes("2+3?")));
  const events = [...numbered([start()]), ...numbered(production.events, { startAt: 2 })];
  const agent = { name: "assistant", instructions: "Be brief.", tools: [reads] };
  const last = events.findLast(({ type }) => type === "agent-input") ?? assert.fail();
  const built = sentInput({ messages: [asked], events }, last.seq, [agent]);
  assert.deepEqual([built?.isExact, built?.shortened], [true, inputs.at(-1)?.shortened]);
});

test("a request that is refused for its only turn is made once more with less of what tools gave", async () => {
  const reads = scriptedTool("read", () => "x".repeat(50_000));
  const model = scriptedModel(callsTools(["c", "read"]), [tooLong()], answer);
  const production = await produce(agentWith(model, [reads]), { history: [asked] });
  assert.deepEqual(production.outcome, { type: "finished", finishReason: "stop" });
  const [, asWas = 0, half = 0] = tokensOf(model);
  assert.ok(half <= asWas / 2);
  assert.deepEqual(
    only(production, "agent-input").map(({ shortened }) => shortened),
    [undefined, undefined, 1],
  );
});

test("one that is refused once more has failed as it was", async () => {
  const [refusal, again] = [tooLong(), tooLong()];
  const model = scriptedModel([refusal], [again], answer);
  const { outcome } = await produce(by(model), { history: longHistory(30) });
  assert.ok(outcome.type === "failed");
  assert.equal(outcome.failure, again);
  assert.equal(model.requests.length, 2);
});

test("nothing is asked once more where nothing is left to leave out, or the answer has begun, or it was another fault", async () => {
  const history = longHistory(30);
  for (const [script, given] of [
    [[tooLong()], [asked]],
    [[...says("Fi"), tooLong()], history],
    [[tooLong("request-refused")], history],
  ] as const) {
    const model = scriptedModel([...script], answer);
    const { outcome } = await produce(by(model), { history: given });
    assert.equal(outcome.type, "failed");
    assert.equal(model.requests.length, 1);
  }
});
