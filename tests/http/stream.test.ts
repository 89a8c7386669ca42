import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { after, before, test } from "node:test";
import type { RunState } from "#lib/protocol/run-state.ts";
import { type ApiClient, apiClient, collect, eventsOf, foldOf } from "../support/api-client.ts";
import { type AppServer, startAppServer } from "../support/app-server.ts";
import { answer, done, finish, sse, textChunks } from "../support/chat-chunks.ts";
import { textOf } from "../support/run-bench.ts";
import { gate } from "../support/scripted-model.ts";
import {
  events,
  type ScriptedModelServer,
  startScriptedModelServer,
} from "../support/scripted-model-server.ts";
import { waitUntil } from "../support/wait-until.ts";

let app: AppServer;
let model: ScriptedModelServer;
let client: ApiClient;

before(async () => {
  model = await startScriptedModelServer();
  app = await startAppServer({ env: { OPENAI_BASE_URL: model.url, OPENAI_MODEL: "scripted" } });
  client = await apiClient(app.url);
});
after(async () => {
  await app.stop();
  await model.close();
});

const word = (text: string): string => sse(textChunks(text));
const end = sse(finish()) + done;

test("the first delta is with the reader before the second has left the provider", async () => {
  const second = gate();
  model.next({ steps: [{ write: word("one ") }, { until: second.promise }, { write: word("two") + end }] });
  const { response } = await client.ask("go");
  let text = "";
  for await (const event of eventsOf(response)) {
    if (event.type !== "text-delta") continue;
    text += event.delta;
    if (text === "one ") second.open();
  }
  assert.equal(text, "one two");
});

test("the stream's headers and frames are those of the protocol", async () => {
  model.next(events(answer("hi")));
  const { response, runId } = await client.ask("go");
  assert.equal(response.headers.get("content-type"), "text/event-stream; charset=utf-8");
  assert.equal(response.headers.get("cache-control"), "no-store, no-transform");
  assert.equal(response.headers.get("x-accel-buffering"), "no");
  assert.equal(response.headers.get("location"), `/api/runs/${runId}/events`);
  const frames = (await response.text()).split("\n\n");
  assert.match(frames[0] ?? "", /^retry: \d{3,4}\n: open$/);
  for (const [at, frame] of frames.slice(1, -1).entries()) {
    assert.match(frame, new RegExp(`^id: ${runId}:1:${at + 1}\ndata: \\{.*\\}$`));
  }
});

test("any slicing of the provider's bytes gives the same text", async () => {
  for (const slice of [1, 7, "characters"] as const) {
    model.next({ ...events(answer("Grüße, 世界 👩‍👩‍👧 — “ok”\n\n| a |")), slice });
    const { response } = await client.ask("go");
    assert.equal(textOf(await foldOf(response)), "Grüße, 世界 👩‍👩‍👧 — “ok”\n\n| a |");
  }
});

test("a reader attaches from any cursor, by query or by Last-Event-ID, which wins", async () => {
  model.next(events(answer("one two three")));
  const { response, runId } = await client.ask("go");
  const whole = await collect(eventsOf(response));
  const read = async (path: string, headers = {}) => {
    const again = await client.request(`/api/runs/${runId}/events${path}`, { headers });
    return again.status === 200 ? collect(eventsOf(again)) : again.status;
  };
  for (let seq = 0; seq < whole.length; seq += 1) {
    assert.deepEqual(await read(`?after=1:${seq}`), whole.slice(seq));
    assert.deepEqual(await read(`?after=${seq}`), whole.slice(seq));
    assert.deepEqual(await read("?after=0", { "last-event-id": `${runId}:1:${seq}` }), whole.slice(seq));
  }
  assert.equal(await read(`?after=1:${whole.length}`), 204);
  assert.equal(await read("?after=9:2"), 410);
  assert.equal(await read("?after=x"), 400);
  assert.equal(await read("", { "last-event-id": `${randomUUID()}:1:2` }), 400);
});

test("20 identical POSTs at once: one run, one model call; another text under the same id is 409", async () => {
  const calls = model.requests.length;
  model.next(events(answer("once")));
  const ids = { runId: randomUUID(), conversationId: randomUUID() };
  const asked = await Promise.all(Array.from({ length: 20 }, () => client.ask("go", ids)));
  const states = await Promise.all(asked.map(({ response }) => foldOf(response)));
  assert.ok(states.every((state) => textOf(state) === "once" && state.runId === ids.runId));
  assert.equal(model.requests.length - calls, 1);
  const { response } = await client.ask("something else", ids);
  assert.deepEqual([response.status, (await response.json()).code], [409, "run_conflict"]);
});

test("a second run in a busy conversation is 409 with the run that is live", async () => {
  const hold = gate();
  model.next({ steps: [{ write: word("one") }, { until: hold.promise }, { write: end }] });
  const first = await client.ask("go");
  const { response } = await client.ask("more", { conversationId: first.conversationId });
  const problem = await response.json();
  assert.deepEqual(
    [response.status, problem.code, problem.activeRunId],
    [409, "conversation_busy", first.runId],
  );
  hold.open();
  await first.response.text();
});

test("Accept: application/json starts the run and does not wait for it", async () => {
  model.next(events(answer("quiet")));
  const runId = randomUUID();
  const path = `/api/conversations/${randomUUID()}/runs`;
  const response = await client.post(
    path,
    { runId, message: { text: "go" } },
    { accept: "application/json" },
  );
  assert.deepEqual([response.status, await response.json()], [202, { runId }]);
  assert.equal(textOf(await foldOf(await client.request(`/api/runs/${runId}/events`))), "quiet");
});

test("a run goes on when every reader has gone, and is there on return", async () => {
  const hold = gate();
  model.next({ steps: [{ write: word("one ") }, { until: hold.promise }, { write: word("two") + end }] });
  const left = new AbortController();
  const ids = { runId: randomUUID(), conversationId: randomUUID() };
  const response = await client.request(`/api/conversations/${ids.conversationId}/runs`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ runId: ids.runId, message: { text: "go" } }),
    signal: left.signal,
  });
  await response.body?.getReader().read();
  left.abort();
  hold.open();
  await waitUntil("the run is over", async () => {
    const view = await (await client.request(`/api/runs/${ids.runId}`)).json();
    return view.status === "finished";
  });
  const view = await (await client.request(`/api/conversations/${ids.conversationId}`)).json();
  assert.equal(view.activeRun, undefined);
  assert.equal(view.messages[1].parts[0].text, "one two");
});

test("the snapshot of a live run and the tail after it are the whole", async () => {
  const hold = gate();
  model.next({ steps: [{ write: word("one ") }, { until: hold.promise }, { write: word("two") + end }] });
  const first = await client.ask("go");
  const reader = foldOf(first.response);
  let view: { activeRun?: { seq: number; epoch: number; state: RunState } } = {};
  await waitUntil("the first word is saved", async () => {
    view = await (await client.request(`/api/conversations/${first.conversationId}`)).json();
    return view.activeRun !== undefined && textOf(view.activeRun.state) === "one ";
  });
  hold.open();
  const { seq = 0, epoch = 0, state } = view.activeRun ?? {};
  const tail = await collect(
    eventsOf(await client.request(`/api/runs/${first.runId}/events?after=${epoch}:${seq}`)),
  );
  assert.equal(state?.seq, seq);
  assert.deepEqual(
    tail.map((event) => event.seq),
    tail.map((_, at) => seq + 1 + at),
  );
  assert.equal(textOf(await reader), "one two");
});

test("Stop closes the provider's connection, is idempotent, and works before the first token and after the end", async () => {
  for (const steps of [[{ hang: true }], [{ write: word("one ") }, { hang: true }]] as const) {
    const calls = model.requests.length;
    model.next({ steps });
    const first = await client.ask("go");
    const reader = foldOf(first.response);
    await waitUntil("the provider is asked", () => model.requests.length > calls);
    const stop = await client.request(`/api/runs/${first.runId}/stop`, { method: "POST" });
    assert.equal(stop.status, 202);
    await waitUntil("the connection is closed", () => model.requests.at(-1)?.closedAt !== undefined, 500);
    const state = await reader;
    assert.equal(state.ending?.type, "abort");
    for (let again = 0; again < 2; again += 1) {
      assert.equal((await client.post(`/api/runs/${first.runId}/stop`, {})).status, 200);
    }
  }
});

test("the model list, health and the conversation list answer as documented", async () => {
  const models = await (await client.request("/api/models")).json();
  assert.deepEqual(
    models.models.map(({ id, isDefault }: { id: string; isDefault: boolean }) => [id, isDefault])[0],
    ["scripted", true],
  );
  const health = await fetch(`${app.url}/api/health`);
  assert.equal(health.status, 200);
  const { version } = JSON.parse(readFileSync("package.json", "utf8"));
  assert.deepEqual(await health.json(), { status: "ok", storage: "sqlite", version });
  const fresh = await apiClient(app.url);
  assert.deepEqual(await (await fresh.request("/api/conversations")).json(), { conversations: [] });
  model.next(events(answer("x")));
  const asked = await fresh.ask("What is a log?");
  await asked.response.text();
  const { conversations } = await (await fresh.request("/api/conversations")).json();
  assert.deepEqual(
    conversations.map(({ id, title }: { id: string; title: string }) => [id, title]),
    [[asked.conversationId, "What is a log?"]],
  );
});
