import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { after, before, test } from "node:test";
import { type ApiClient, apiClient, foldOf } from "../support/api-client.ts";
import { type AppServer, startAppServer } from "../support/app-server.ts";
import { answer, sse, textChunks } from "../support/chat-chunks.ts";
import { textOf } from "../support/run-bench.ts";
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

const at = (conversationId: string): string => `/api/conversations/${conversationId}`;
const patch = (conversationId: string, body: unknown, by = client): Promise<Response> =>
  by.request(at(conversationId), {
    method: "PATCH",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });
const remove = (conversationId: string, by = client): Promise<Response> =>
  by.request(at(conversationId), { method: "DELETE" });
const restore = (conversationId: string, by = client): Promise<Response> =>
  by.request(`${at(conversationId)}/restore`, { method: "POST" });

async function answered(text = "hi"): Promise<{ runId: string; conversationId: string }> {
  model.next(events(answer(text)));
  const { response, ...ids } = await client.ask("go");
  await response.text();
  return ids;
}

async function listed(): Promise<{ id: string; title: string }[]> {
  return (await (await client.request("/api/conversations")).json()).conversations;
}

/** Status and problem, without the id that every answer has of its own. */
async function problemOf(response: Response): Promise<unknown> {
  const { requestId: _, ...problem } = await response.json();
  return [response.status, problem];
}

test("3.6 PATCH gives a title, trimmed, which the list shows and later questions leave", async () => {
  const { conversationId } = await answered();
  const response = await patch(conversationId, { title: "  Über “logs” 😀 " });
  assert.equal(response.status, 200);
  const summary = await response.json();
  assert.deepEqual([summary.id, summary.title], [conversationId, "Über “logs” 😀"]);
  assert.equal(summary.userId, undefined);
  model.next(events(answer("again")));
  await (await client.ask("another question", { conversationId })).response.text();
  assert.equal((await listed()).find(({ id }) => id === conversationId)?.title, "Über “logs” 😀");
  assert.equal((await patch(conversationId, { title: "😀".repeat(200) })).status, 200);
});

test("3.6 a title is one line of 1 to 200 characters", async () => {
  const { conversationId } = await answered();
  const refused: [unknown, number, string][] = [
    [{}, 400, "bad_field"],
    [{ title: 1 }, 400, "bad_field"],
    [{ title: "" }, 400, "bad_field"],
    [{ title: " \n " }, 400, "bad_field"],
    [{ title: "a\nb" }, 400, "bad_field"],
    [{ title: "a\u2028b" }, 400, "bad_field"],
    [{ title: "a\0b" }, 400, "bad_field"],
    [{ title: "x".repeat(201) }, 422, "text_too_long"],
    [{ title: "a", userId: "b" }, 400, "unknown_field"],
  ];
  for (const [body, status, code] of refused) {
    const response = await patch(conversationId, body);
    assert.deepEqual([response.status, (await response.json()).code], [status, code]);
  }
  assert.equal((await listed()).find(({ id }) => id === conversationId)?.title, "go");
});

test("5.7 a deleted conversation is 404 with its runs and 410 for a question; a restore brings all back", async () => {
  const { conversationId, runId } = await answered("kept");
  const deleted = await remove(conversationId);
  assert.deepEqual([deleted.status, await deleted.text()], [204, ""]);
  assert.equal((await remove(conversationId)).status, 204);
  const unknown = await problemOf(await client.request(at(randomUUID())));
  for (const path of [at(conversationId), `/api/runs/${runId}`, `/api/runs/${runId}/events`]) {
    assert.deepEqual(await problemOf(await client.request(path)), unknown);
  }
  assert.deepEqual(await problemOf(await client.post(`/api/runs/${runId}/stop`, {})), unknown);
  assert.deepEqual(await problemOf(await patch(conversationId, { title: "x" })), unknown);
  assert.ok((await listed()).every(({ id }) => id !== conversationId));
  for (const ids of [{ conversationId }, { conversationId, runId }]) {
    const { response } = await client.ask("go", ids);
    assert.deepEqual([response.status, (await response.json()).code], [410, "deleted"]);
  }
  const restored = await restore(conversationId);
  assert.deepEqual([restored.status, (await restored.json()).id], [200, conversationId]);
  assert.equal((await restore(conversationId)).status, 200);
  const view = await (await client.request(at(conversationId))).json();
  assert.equal(view.messages[1].parts[0].text, "kept");
  assert.equal(textOf(await foldOf(await client.request(`/api/runs/${runId}/events`))), "kept");
});

test("3.9 another's conversation and an unknown one answer the same 404 to every change", async () => {
  const { conversationId } = await answered();
  const other = await apiClient(app.url);
  const changes = [(id: string) => patch(id, { title: "x" }, other), (id: string) => remove(id, other)];
  for (const change of [...changes, (id: string) => restore(id, other)]) {
    const foreign = await problemOf(await change(conversationId));
    assert.deepEqual(foreign, await problemOf(await change(randomUUID())));
    assert.equal(Array.isArray(foreign) && foreign[0], 404);
    assert.equal((await change("x")).status, 400);
  }
  const { response } = await other.ask("go", { conversationId });
  assert.equal(response.status, 404);
  assert.equal((await client.request(at(conversationId))).status, 200);
  const origin = { method: "DELETE", headers: { origin: "https://evil.test" } };
  assert.equal((await client.request(at(conversationId), origin)).status, 403);
});

test("5.7 deleting while an answer is written stops it; after a restore the partial is there, stopped", async () => {
  const calls = model.requests.length;
  model.next({ steps: [{ write: sse(textChunks("one ")) }, { hang: true }] });
  const { response, runId, conversationId } = await client.ask("go");
  const reader = foldOf(response);
  await waitUntil("the first word is saved", async () => {
    const view = await (await client.request(at(conversationId))).json();
    return view.activeRun !== undefined && textOf(view.activeRun.state) === "one ";
  });
  assert.equal((await remove(conversationId)).status, 204);
  await waitUntil("the connection is closed", () => model.requests[calls]?.closedAt !== undefined, 500);
  const state = await reader;
  assert.deepEqual([state.ending?.type, textOf(state)], ["abort", "one "]);
  assert.equal((await client.request(`/api/runs/${runId}`)).status, 404);
  assert.equal((await restore(conversationId)).status, 200);
  const view = await (await client.request(at(conversationId))).json();
  assert.equal(view.activeRun, undefined);
  assert.deepEqual([view.messages[1].parts[0].text, view.messages[1].ending.type], ["one ", "abort"]);
  assert.equal((await (await client.request(`/api/runs/${runId}`)).json()).status, "stopped");
});

test("3.1 continue goes on in the same message; a complete answer is 409, an unknown run 404", async () => {
  model.next({ steps: [{ write: sse(textChunks("one ")) }] });
  const { response, runId, conversationId } = await client.ask("go");
  assert.equal((await foldOf(response)).ending?.type, "error");
  const continueAnswer = (continued: string, next = randomUUID()) =>
    client.post(`${at(conversationId)}/runs`, { runId: next, continue: continued });
  model.next(events(answer("two")));
  const next = randomUUID();
  await (await continueAnswer(runId, next)).text();
  const view = await (await client.request(at(conversationId))).json();
  assert.equal(view.messages.length, 2);
  assert.deepEqual([view.messages[1].runId, view.messages[1].parts[0].text], [next, "one two"]);
  const refused: [string, number, string][] = [
    [next, 409, "run_complete"],
    [runId, 409, "stale_parent"],
    [randomUUID(), 404, "not_found"],
  ];
  for (const [continued, status, code] of refused) {
    const problem = await continueAnswer(continued);
    assert.deepEqual([problem.status, (await problem.json()).code], [status, code]);
  }
});
