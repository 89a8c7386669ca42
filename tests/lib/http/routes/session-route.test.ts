import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { test } from "node:test";
import { startRun } from "#lib/runs/start-run.ts";
import { createSessionWatch } from "#lib/sessions/session-watch.ts";
import { maxSessionsOfUser } from "#lib/storage/session-store.ts";
import { foldOf } from "../../../support/api-client.ts";
import { localApi, localUserId, otherCookie } from "../../../support/local-api.ts";
import { spoken } from "../../../support/model-messages.ts";
import { question, runContext, runToEnd, textOf } from "../../../support/run-bench.ts";
import { finished, says, scriptedModel } from "../../../support/scripted-model.ts";

const json = { "content-type": "application/json" };
const cookie = otherCookie;

test("3.9 a link makes another browser the same user, once", async () => {
  const context = runContext(scriptedModel([finished]));
  await runToEnd(context, question("mine"));
  const api = localApi(context);
  const browsers = async (headers = {}) => (await (await api("/api/session", { headers })).json()).browsers;
  const { url, lastsMs } = await (await api("/api/session/transfer", { method: "POST" })).json();
  assert.equal(lastsMs, 600_000);
  const code = url.split("/").at(-1);
  const join = (headers = {}) =>
    api("/api/session/join", {
      method: "POST",
      headers: { ...json, ...headers },
      body: JSON.stringify({ code }),
    });
  assert.deepEqual([await browsers(), await browsers({ cookie })], [1, 1]);
  const own = await join();
  assert.deepEqual([own.status, (await own.json()).code], [409, "already_here"]);
  assert.equal((await join({ cookie })).status, 204);
  assert.deepEqual([await browsers(), await browsers({ cookie })], [2, 2]);
  const { conversations } = await (await api("/api/conversations", { headers: { cookie } })).json();
  assert.equal(conversations.length, 1);
});

test("C3 the second turn knows what the first one said: from another process, and from a browser that has joined there", async () => {
  const model = scriptedModel([...says("你好，张三。"), finished]);
  const context = runContext(model);
  const elsewhere = runContext(model, { storage: context.storage });
  const [here, there] = [localApi(context), localApi(elsewhere)];
  const address = `/api/conversations/${randomUUID()}/runs`;
  const ask = async (api: typeof here, text: string, headers = {}) => {
    const body = JSON.stringify({ runId: randomUUID(), message: { text } });
    return textOf(
      await foldOf(await api(address, { method: "POST", headers: { ...json, ...headers }, body })),
    );
  };
  assert.equal(await ask(here, "我叫张三。"), "你好，张三。");
  await ask(there, "我叫什么？");
  const { url } = await (await here("/api/session/transfer", { method: "POST" })).json();
  const body = JSON.stringify({ code: url.split("/").at(-1) });
  await there("/api/session/join", { method: "POST", headers: { ...json, cookie }, body });
  await ask(there, "And what was it again?", { cookie });
  const sent = model.requests.map(({ request }) => spoken(request.messages).slice(1));
  assert.deepEqual(sent[1], [
    ["user", "我叫张三。"],
    ["assistant", "你好，张三。"],
    ["user", "我叫什么？"],
  ]);
  assert.deepEqual(sent[2]?.slice(0, 3), sent[1]);
  assert.deepEqual(sent[2]?.at(-1), ["user", "And what was it again?"]);
});

test("3.9 links are made as often as questions are asked, and count apart from these; another user's do not count", async () => {
  const context = runContext(scriptedModel([finished]), { limits: { runsPer10Min: 3 } });
  const api = localApi(context);
  const make = (headers = {}) => api("/api/session/transfer", { method: "POST", headers });
  for (let count = 0; count < 3; count += 1) assert.equal((await make()).status, 200);
  const refused = await make();
  assert.deepEqual([refused.status, (await refused.json()).code], [429, "rate_limited"]);
  assert.ok(Number(refused.headers.get("retry-after")) > 0);
  assert.equal((await make({ cookie })).status, 200);
  const asked = await startRun(context, question("still"), {
    bounds: { starts: [{ who: `owner ${localUserId}`, max: 3 }] },
  });
  assert.equal(asked.kind, "created");
  await asked.done;
});

test("3.9 a browser that would be one too many is told so, and keeps what it has", async () => {
  const context = runContext(scriptedModel([finished]));
  const { sessions } = context.storage;
  for (let count = 1; count < maxSessionsOfUser; count += 1) {
    await sessions.addTransfer(`code ${count}`, localUserId);
    await sessions.join(`code ${count}`, `session ${count}`);
  }
  const api = localApi(context);
  const { url } = await (await api("/api/session/transfer", { method: "POST" })).json();
  const body = JSON.stringify({ code: url.split("/").at(-1) });
  const response = await api("/api/session/join", { method: "POST", headers: { ...json, cookie }, body });
  assert.deepEqual([response.status, (await response.json()).code], [409, "too_many_browsers"]);
});

test("3.9 what is no code leads nowhere", async () => {
  const api = localApi(runContext(scriptedModel([finished])));
  for (const code of ["", "x", "A".repeat(32), "../".repeat(11)]) {
    const body = JSON.stringify({ code });
    const response = await api("/api/session/join", { method: "POST", headers: json, body });
    assert.deepEqual([response.status, (await response.json()).code], [410, "link_gone"], code);
  }
});

test("3.9 a session that is logged out ends its streams, loses its cookie and may ask nothing any more", async () => {
  const context = runContext(scriptedModel([finished]));
  const sessionWatch = createSessionWatch(context.storage.sessions);
  const stream = sessionWatch.logoutSignal(localUserId, new AbortController().signal);
  const api = localApi(context, { sessionWatch });
  const response = await api("/api/session/logout", { method: "POST" });
  assert.equal(response.status, 204);
  assert.match(response.headers.get("set-cookie") ?? "", /^rivulet-sid=; .*Max-Age=0$/);
  assert.equal(stream.aborted, true);
  assert.equal((await api("/api/conversations")).status, 401);
  assert.equal((await api("/api/session/transfer", { method: "POST" })).status, 401);
});
