import assert from "node:assert/strict";
import { test } from "node:test";
import { localApi } from "../../../support/local-api.ts";
import { runContext } from "../../../support/run-bench.ts";
import { finished, scriptedModel } from "../../../support/scripted-model.ts";

const context = runContext(scriptedModel([finished]));
const text = () => "rivulet_live_runs 1\n";
const token = "t".repeat(20);

const ask = (metrics: { token?: string; text(): string } | undefined, authorization?: string) =>
  localApi(context, metrics && { metrics })("/api/metrics", {
    headers: { cookie: "", ...(authorization !== undefined && { authorization }) },
  });

test("3.7 where the operator has not asked for metrics there is nothing", async () => {
  const response = await ask(undefined, `Bearer ${token}`);
  assert.deepEqual([response.status, (await response.json()).code], [404, "not_found"]);
});

test("3.7 metrics are for whoever brings the token, in the form that Prometheus reads", async () => {
  const response = await ask({ token, text }, `Bearer ${token}`);
  assert.equal(response.status, 200);
  assert.equal(response.headers.get("content-type"), "text/plain; version=0.0.4; charset=utf-8");
  assert.equal(response.headers.get("cache-control"), "no-store");
  assert.equal(await response.text(), text());
});

for (const given of [
  undefined,
  "",
  token,
  "Bearer",
  `Bearer ${token}x`,
  `Bearer ${token.slice(1)}`,
  "Basic dDp0",
])
  test(`3.7 to whoever brings ${given ?? "nothing"} there is nothing`, async () => {
    const response = await ask({ token, text }, given);
    assert.deepEqual([response.status, (await response.json()).code], [404, "not_found"]);
  });

test("3.7 without a token they are for whoever can reach the server", async () => {
  assert.equal((await ask({ text })).status, 200);
});
