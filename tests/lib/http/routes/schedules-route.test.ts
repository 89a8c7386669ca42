import assert from "node:assert/strict";
import { test } from "node:test";
import { localApi } from "../../../support/local-api.ts";
import { runContext } from "../../../support/run-bench.ts";
import { finished, scriptedModel } from "../../../support/scripted-model.ts";

test("3.14 the schedules are listed for who has a session", async () => {
  const listed = { name: "a", cron: "0 8 * * *", timeZone: "UTC", agent: "assistant", nextAt: 5 };
  const api = localApi(runContext(scriptedModel([finished])), { schedules: { list: async () => [listed] } });
  assert.deepEqual(await (await api("/api/schedules")).json(), { schedules: [listed] });
  assert.equal((await api("/api/schedules", { headers: { cookie: "" } })).status, 401);
});
