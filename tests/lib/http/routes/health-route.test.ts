import assert from "node:assert/strict";
import { test } from "node:test";
import { localApi } from "../../../support/local-api.ts";
import { runContext } from "../../../support/run-bench.ts";
import { finished, scriptedModel } from "../../../support/scripted-model.ts";

const context = runContext(scriptedModel([finished]));
const headers = { cookie: "" };

test("3.7 anyone may ask whether this process can serve", async () => {
  const response = await localApi(context, { version: "1.2.3" })("/api/health", { headers });
  assert.equal(response.status, 200);
  assert.equal(response.headers.get("cache-control"), "no-store");
  assert.deepEqual(await response.json(), { status: "ok", storage: "memory", version: "1.2.3" });
});

test("3.7 a process that shuts down cannot", async () => {
  const response = await localApi(context, { closing: AbortSignal.abort() })("/api/health", { headers });
  assert.deepEqual([response.status, (await response.json()).status], [503, "closing"]);
});

test("3.7 nor one whose store does not answer", async () => {
  const storage = { ...context.storage, ping: () => Promise.reject(new Error("away")) };
  const response = await localApi({ ...context, storage })("/api/health", { headers });
  assert.deepEqual([response.status, (await response.json()).status], [503, "store-unavailable"]);
});

test("3.7 the models of this server are listed for who has a session", async () => {
  const api = localApi(context);
  assert.deepEqual(await (await api("/api/models")).json(), { models: [], total: 0 });
  assert.equal((await api("/api/models", { headers })).status, 401);
});

test("an address that is none of the API is a problem, whatever the method", async () => {
  for (const method of ["GET", "POST", "PUT", "PATCH", "DELETE"]) {
    const response = await localApi(context)("/api/none/of/these", { method, headers });
    assert.deepEqual([response.status, (await response.json()).code], [404, "not_found"]);
  }
});
