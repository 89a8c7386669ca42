import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { test } from "node:test";
import { answerText } from "#lib/protocol/answer-text.ts";
import type { Message } from "#lib/protocol/message.ts";
import { decodeFixture, type RunFixture } from "#lib/protocol/run-fixture.ts";
import { startRun } from "#lib/runs/start-run.ts";
import { localApi, otherCookie } from "../../../support/local-api.ts";
import { foldAll, question, readLog, runContext, runToEnd } from "../../../support/run-bench.ts";
import { finished, gate, says, scriptedModel } from "../../../support/scripted-model.ts";
import { waitUntil } from "../../../support/wait-until.ts";

type Api = ReturnType<typeof localApi>;

const ids = () => ({ conversationId: randomUUID(), runId: randomUUID() });
const fork = (api: Api, runId: string, body: object, headers = {}): Promise<Response> =>
  api(`/api/runs/${runId}/fork`, {
    method: "POST",
    headers: { "content-type": "application/json", ...headers },
    body: JSON.stringify(body),
  });
const ask = (api: Api, conversationId: string, body: object): Promise<Response> =>
  api(`/api/conversations/${conversationId}/runs`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ runId: randomUUID(), ...body }),
  });
const messagesOf = async (api: Api, id: string): Promise<Message[]> =>
  (await (await api(`/api/conversations/${id}`)).json()).messages;
const fixtureOf = async (api: Api, runId: string): Promise<RunFixture> =>
  decodeFixture(await (await api(`/api/runs/${runId}/fixture`)).text());
const textsOf = (messages: readonly Message[]): string[] =>
  messages.map((message) => (message.role === "user" ? message.text : answerText(message.parts)));

test("3.13 a fork of a live run has what was written, is continued, and leaves the run alone", async () => {
  const hold = gate();
  const model = scriptedModel(
    [...says("one "), hold.promise, ...says("two"), finished],
    [...says("four"), finished],
  );
  const context = runContext(model);
  const run = question("Count.");
  const { done } = await startRun(context, run);
  await waitUntil("it has written", async () =>
    (await readLog(context.storage, run.runId)).some(({ type }) => type === "text-delta"),
  );
  const api = localApi(context);
  const made = ids();
  const seq = (await readLog(context.storage, run.runId)).length;
  const response = await fork(api, run.runId, { ...made, seq });
  assert.deepEqual([response.status, await response.json()], [201, made]);
  assert.equal(response.headers.get("location"), `/api/conversations/${made.conversationId}`);
  assert.deepEqual(textsOf(await messagesOf(api, made.conversationId)), ["Count.", "one"]);
  hold.open();
  await done;
  assert.deepEqual(textsOf(await messagesOf(api, run.conversationId)), ["Count.", "one two"]);
  await (await ask(api, made.conversationId, { continue: made.runId })).text();
  assert.deepEqual(textsOf(await messagesOf(api, made.conversationId)), ["Count.", "one four"]);
  const sent = JSON.stringify(model.requests.at(-1)?.request.messages);
  assert.match(sent, /one /);
  assert.doesNotMatch(sent, /two/);
});

test("3.13 a fork at each event of a run has what stood then, and nothing of the next one", async () => {
  const context = runContext(scriptedModel([...says("one"), finished]));
  const run = question("Count.");
  const events = await runToEnd(context, run);
  const api = localApi(context);
  for (const { seq } of events) {
    const made = ids();
    await fork(api, run.runId, { ...made, seq });
    const then = answerText(foldAll(events.slice(0, seq)).parts);
    assert.deepEqual(textsOf(await messagesOf(api, made.conversationId)), ["Count.", then], `event ${seq}`);
    const { events: copied } = await fixtureOf(api, made.runId);
    assert.deepEqual(
      copied.slice(0, seq).map(({ type }) => type),
      events.slice(0, seq).map(({ type }) => type),
    );
    const isWhole = seq === events.length;
    assert.deepEqual(copied.at(-1)?.type, isWhole ? "finish" : "abort", `event ${seq}`);
  }
});

test("3.13 the same fork again is the same conversation; other ids in use are a conflict", async () => {
  const context = runContext(scriptedModel([...says("one ", "two"), finished]));
  const run = question("Count.");
  await runToEnd(context, run);
  const api = localApi(context);
  const body = { ...ids(), seq: 4 };
  assert.equal((await fork(api, run.runId, body)).status, 201);
  assert.equal((await fork(api, run.runId, body)).status, 201);
  assert.equal((await fork(api, run.runId, { ...ids(), seq: 4, runId: body.runId })).status, 409);
  const taken = await fork(api, run.runId, { ...ids(), seq: 4, conversationId: run.conversationId });
  assert.deepEqual([taken.status, (await taken.json()).code], [409, "run_conflict"]);
  const { conversations } = await (await api("/api/conversations")).json();
  assert.equal(conversations.length, 2);
});

test("3.13 only its user forks a run or reads it as a file, and only at an event that there is", async () => {
  const context = runContext(scriptedModel([...says("one"), finished]));
  const run = question("Count.");
  const events = await runToEnd(context, run);
  const api = localApi(context);
  assert.equal((await fork(api, run.runId, { ...ids(), seq: 1 }, { cookie: otherCookie })).status, 404);
  assert.equal((await fork(api, randomUUID(), { ...ids(), seq: 1 })).status, 404);
  for (const body of [{}, { ...ids(), seq: 0 }, { ...ids(), seq: 1.5 }, { ...ids(), seq: events.length + 1 }])
    assert.equal((await fork(api, run.runId, body)).status, 400);
  const foreign = await api(`/api/runs/${run.runId}/fixture`, { headers: { cookie: otherCookie } });
  assert.equal(foreign.status, 404);
  const { conversations } = await (await api("/api/conversations")).json();
  assert.equal(conversations.length, 1);
});

test("3.11 a fork counts as a question", async () => {
  const context = runContext(scriptedModel([...says("one"), finished]), { limits: { runsPer10Min: 2 } });
  const run = question("Count.");
  await runToEnd(context, run);
  const api = localApi(context);
  for (const status of [201, 201, 429])
    assert.equal((await fork(api, run.runId, { ...ids(), seq: 1 })).status, status);
});

test("3.13 a run as a file has its log byte for byte, and the answer that it continues as it stood", async () => {
  const cut = [...says("one "), gate().promise];
  const context = runContext(scriptedModel([...says("zero"), finished], cut, [...says("two"), finished]));
  const api = localApi(context);
  const first = question("Start.");
  await runToEnd(context, first);
  const { conversationId } = first;
  const second = randomUUID();
  const stream = await ask(api, conversationId, { runId: second, message: { text: "Count." } });
  await waitUntil("it has written", async () =>
    (await readLog(context.storage, second)).some(({ type }) => type === "text-delta"),
  );
  await api(`/api/runs/${second}/stop`, { method: "POST" });
  await stream.text();
  const third = randomUUID();
  await (await ask(api, conversationId, { runId: third, continue: second })).text();
  const response = await api(`/api/runs/${third}/fixture`);
  assert.match(response.headers.get("content-disposition") ?? "", new RegExp(`run-${third}\\.ndjson`));
  const lines = (await response.text()).trimEnd().split("\n");
  const log = await context.storage.runs.read(third, { seq: 0 }, 1000);
  assert.deepEqual(lines.slice(1), !log || log.gone ? [] : log.entries.map(({ json }) => json));
  const { messages } = await fixtureOf(api, third);
  assert.deepEqual(textsOf(messages), ["Start.", "zero", "Count.", "one"]);
  assert.deepEqual(textsOf((await fixtureOf(api, second)).messages), ["Start.", "zero", "Count."]);
  // A fork of it has what both have written.
  const made = ids();
  await fork(api, third, { ...made, seq: lines.length - 1 });
  assert.deepEqual(textsOf(await messagesOf(api, made.conversationId)), [
    "Start.",
    "zero",
    "Count.",
    "one two",
  ]);
  const again = await fixtureOf(api, made.runId);
  assert.deepEqual(textsOf(again.messages), ["Start.", "zero", "Count.", "one"]);
});
