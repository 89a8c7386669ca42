import assert from "node:assert/strict";
import { test } from "node:test";
import { localApi } from "../../../support/local-api.ts";
import { runContext } from "../../../support/run-bench.ts";
import { finished, scriptedModel } from "../../../support/scripted-model.ts";

const models = Array.from({ length: 2000 }, (_, n) => ({
  id: `model-${n}`,
  label: `Model ${n}`,
  demo: false,
  isDefault: n === 0,
}));
const api = localApi(runContext(scriptedModel([finished])), {
  models: {
    list: async () => models,
    keyTargetOf: async () => undefined,
    test: async () => ({ isGood: true, totalMs: 0, usage: false, reasoning: false }),
  },
});

test("3.7 all models are listed; of a search, those that match, as many as were asked for", async () => {
  const all = await (await api("/api/models")).json();
  assert.deepEqual([all.models.length, all.total], [2000, 2000]);
  const some = await (await api("/api/models?search=model-199&limit=3")).json();
  assert.deepEqual(
    [some.models.map(({ id }: { id: string }) => id), some.total],
    [["model-199", "model-1990", "model-1991"], 11],
  );
});

for (const query of ["limit=0", "limit=x", "limit=1.5", `search=${"x".repeat(201)}`])
  test(`3.7 ${query.slice(0, 12)} is refused by name`, async () => {
    const response = await api(`/api/models?${query}`);
    assert.deepEqual([response.status, (await response.json()).field], [400, query.split("=")[0]]);
  });
