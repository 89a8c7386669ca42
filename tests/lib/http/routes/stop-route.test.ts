import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { test } from "node:test";
import { startRun } from "#lib/runs/start-run.ts";
import { localApi, otherCookie } from "../../../support/local-api.ts";
import { question, readLog, runContext } from "../../../support/run-bench.ts";
import { gate, says, scriptedModel } from "../../../support/scripted-model.ts";

const json = { "content-type": "application/json" };

test("3.3 a live run is stopping at once, has ended soon, and keeps why", async () => {
  const context = runContext(scriptedModel([...says("one"), gate().promise]));
  const run = question("hi");
  const { done } = await startRun(context, run);
  const api = localApi(context);
  const stop = (body?: object) =>
    api(`/api/runs/${run.runId}/stop`, {
      method: "POST",
      headers: json,
      ...(body && { body: JSON.stringify(body) }),
    });
  const first = await stop({ reason: "enough" });
  assert.deepEqual([first.status, (await first.json()).runId], [202, run.runId]);
  await done;
  const again = await stop();
  assert.deepEqual([again.status, await again.json()], [200, { runId: run.runId, status: "stopped" }]);
  const state = await (await api(`/api/runs/${run.runId}`)).json();
  assert.equal(state.status, "stopped");
  const end = (await readLog(context.storage, run.runId)).at(-1);
  assert.deepEqual(end?.type === "abort" && [end.by, end.reason], ["user", "enough"]);
});

test("3.3 nobody stops another's run, nor one that there is not", async () => {
  const hold = gate();
  const context = runContext(scriptedModel([hold.promise]));
  const run = question("hi");
  const { done } = await startRun(context, run);
  const api = localApi(context);
  const stop = (runId: string, headers = {}) => api(`/api/runs/${runId}/stop`, { method: "POST", headers });
  assert.equal((await stop(run.runId, { cookie: otherCookie })).status, 404);
  assert.equal((await stop(randomUUID())).status, 404);
  assert.equal((await stop("x")).status, 400);
  hold.open();
  await done;
  assert.notEqual((await readLog(context.storage, run.runId)).at(-1)?.type, "abort");
});
