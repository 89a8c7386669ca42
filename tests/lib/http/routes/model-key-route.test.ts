import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { test } from "node:test";
import { UnknownModelError } from "#lib/models/unknown-model-error.ts";
import { foldOf } from "../../../support/api-client.ts";
import { localApi, localCookie } from "../../../support/local-api.ts";
import { runContext } from "../../../support/run-bench.ts";
import { finished, says, scriptedModel } from "../../../support/scripted-model.ts";

const origin = "https://api.example";
const json = { "content-type": "application/json" };
const model = scriptedModel([...says("hi"), finished]);
const seenKeys: (ReadonlyMap<string, string> | undefined)[] = [];

const context = runContext(model, {
  pickModel: async (_id, keys) => {
    seenKeys.push(keys);
    return keys?.has(origin) ? { ...model, usesOwnKey: true } : model;
  },
});
const api = localApi(context, {
  models: {
    list: async (keys) => [
      {
        id: "m",
        label: "m",
        demo: false,
        isDefault: true,
        ...(keys?.has(origin) && { hasOwnKey: true as const }),
      },
    ],
    async keyTargetOf(id) {
      if (id === "none") throw new UnknownModelError(id);
      return id === "here" ? undefined : { origin, takesKey: id !== "operators" };
    },
    test: async () => ({ isGood: true, totalMs: 0, usage: false, reasoning: false }),
  },
});

const post = (body: object, cookie = localCookie) =>
  api("/api/models/key", { method: "POST", headers: { ...json, cookie }, body: JSON.stringify(body) });
const cookieOf = (response: Response) => (response.headers.get("set-cookie") ?? "").split(";")[0] ?? "";

test("3.7 a key is kept in the browser for its endpoint, is used, and is forgotten", async () => {
  const kept = await post({ model: "m", key: "sk-own" });
  assert.equal(kept.status, 204);
  const withKey = `${localCookie}; ${cookieOf(kept)}`;
  const listed = await (await api("/api/models", { headers: { cookie: withKey } })).json();
  assert.deepEqual([listed.models[0].hasOwnKey, listed.total], [true, 1]);
  const forgotten = await post({ model: "m", key: null }, withKey);
  assert.equal(cookieOf(forgotten), "rivulet-keys=");
});

test("S55 an endpoint with credentials of the operator's refuses a key in words, and forgets one that was kept", async () => {
  const refused = await post({ model: "operators", key: "sk-own" });
  const { field, detail } = await refused.json();
  assert.deepEqual([refused.status, field], [400, "model"]);
  assert.match(detail, /takes no key but the server's/);
  assert.equal((await post({ model: "operators", key: null })).status, 204);
});

test("3.7 what needs no key, and what is not offered, takes none", async () => {
  for (const id of ["here", "none"]) {
    const response = await post({ model: id, key: "sk-own" });
    assert.deepEqual([response.status, (await response.json()).field], [400, "model"]);
  }
});

test("S55 a run on a browser's key is stored so that nobody else can ask its model", async () => {
  const withKey = `${localCookie}; ${cookieOf(await post({ model: "m", key: "sk-own" }))}`;
  const runId = randomUUID();
  const response = await api(`/api/conversations/${randomUUID()}/runs`, {
    method: "POST",
    headers: { ...json, cookie: withKey },
    body: JSON.stringify({ runId, message: { text: "hi" }, model: "m" }),
  });
  const state = await foldOf(response);
  assert.deepEqual([...(seenKeys.at(-1) ?? [])], [[origin, "sk-own"]]);
  assert.equal((await context.storage.runs.run(runId))?.model, `own-key:${model.id}`);
  assert.deepEqual([state.model, state.askedModel], [model.id, model.id]);
});

test("S55 no request names a model in that form", async () => {
  const response = await api(`/api/conversations/${randomUUID()}/runs`, {
    method: "POST",
    headers: json,
    body: JSON.stringify({ runId: randomUUID(), message: { text: "hi" }, model: "own-key:m" }),
  });
  assert.deepEqual([response.status, (await response.json()).field], [400, "model"]);
});
