import assert from "node:assert/strict";
import { test } from "node:test";
import { createTestBounds } from "#lib/http/test-bounds.ts";
import { UnknownModelError } from "#lib/models/unknown-model-error.ts";
import { localApi } from "../../../support/local-api.ts";
import { runContext } from "../../../support/run-bench.ts";
import { finished, scriptedModel } from "../../../support/scripted-model.ts";

const result = { isGood: true, totalMs: 5, firstTokenMs: 3, usage: true, reasoning: false } as const;
const asked: (string | undefined)[] = [];
const api = localApi(runContext(scriptedModel([finished])), {
  models: {
    list: async () => [],
    keyTargetOf: async () => undefined,
    async test(id) {
      if (id === "none") throw new UnknownModelError(id);
      asked.push(id);
      return result;
    },
  },
  testBounds: createTestBounds(() => 0),
});

const post = (body: object) =>
  api("/api/models/test", {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });

test("3.7 a test asks the model that is named, and answers what came of it", async () => {
  const response = await post({ model: "m" });
  assert.deepEqual([response.status, await response.json(), asked], [200, result, ["m"]]);
});

test("3.7 a model that is not offered, and a field of the client's own, are refused", async () => {
  const unknown = await post({ model: "none" });
  assert.deepEqual([unknown.status, (await unknown.json()).field], [400, "model"]);
  assert.equal((await post({ baseURL: "http://elsewhere" })).status, 400);
});

test("3.7 too many tests in a minute are 429, and say when to come again", async () => {
  let response = await post({});
  for (let n = 0; n < 8 && response.status === 200; n += 1) response = await post({});
  assert.deepEqual([response.status, (await response.json()).code], [429, "rate_limited"]);
  assert.ok(Number(response.headers.get("retry-after")) > 0);
});
