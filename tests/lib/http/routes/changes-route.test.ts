import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { test } from "node:test";
import { createServerBounds } from "#lib/http/server-bounds.ts";
import { localApi } from "../../../support/local-api.ts";
import { runContext } from "../../../support/run-bench.ts";
import { finished, says, scriptedModel } from "../../../support/scripted-model.ts";

const context = runContext(scriptedModel([...says("one"), finished]));

test("3.6 a window that waits is told when a run is started elsewhere, and which one", async () => {
  const api = localApi(context);
  const { tag } = await (await api("/api/changes")).json();
  const waiting = await api(`/api/changes?after=${tag}`);
  const [conversationId, runId] = [randomUUID(), randomUUID()];
  const started = await api(`/api/conversations/${conversationId}/runs`, {
    method: "POST",
    headers: { "content-type": "application/json", accept: "application/json" },
    body: JSON.stringify({ runId, message: { text: "hi" } }),
  });
  assert.equal(started.status, 202);
  const change = await waiting.json();
  assert.equal(change.conversationId, conversationId);
  assert.notEqual(change.tag, tag);
});

test("3.6 the head of a wait is there at once, and its room is given back when its reader leaves", async () => {
  const api = localApi(context, { waitBounds: createServerBounds({ serverStreams: 1 }) });
  const { tag } = await (await api("/api/changes")).json();
  const waiting = await api(`/api/changes?after=${tag}`);
  assert.deepEqual([waiting.status, waiting.headers.get("content-type")], [200, "application/json"]);
  assert.equal((await api("/api/changes")).status, 503);
  await waiting.body?.cancel();
  assert.equal((await api("/api/changes")).status, 200);
});

test("3.6 a tag is short, and whoever asks has a session", async () => {
  const api = localApi(context);
  assert.equal((await api(`/api/changes?after=${"x".repeat(65)}`)).status, 400);
  assert.equal((await api("/api/changes", { headers: { cookie: "" } })).status, 401);
});
