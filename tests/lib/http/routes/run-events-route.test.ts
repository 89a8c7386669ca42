import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { describe, test } from "node:test";
import { collect, eventsOf } from "../../../support/api-client.ts";
import { localApi, otherCookie } from "../../../support/local-api.ts";
import { question, runContext, runToEnd } from "../../../support/run-bench.ts";
import { finished, says, scriptedModel } from "../../../support/scripted-model.ts";

const context = runContext(scriptedModel([...says("one ", "two"), finished]));
const api = localApi(context);
const run = question("hi");
const log = await runToEnd(context, run);
const address = (runId = run.runId) => `/api/runs/${runId}/events`;
const last = log.at(-1);

test("3.2 every cursor gives exactly the events after it, in the address and in the header alike", async () => {
  for (const { epoch, seq } of log.slice(0, -1)) {
    const rest = log.slice(seq);
    assert.deepEqual(await collect(eventsOf(await api(`${address()}?after=${epoch}:${seq}`))), rest);
    const headers = { "last-event-id": `${run.runId}:${epoch}:${seq}` };
    assert.deepEqual(await collect(eventsOf(await api(address(), { headers }))), rest);
  }
});

test("3.2 without a cursor it begins at the beginning", async () => {
  assert.deepEqual(await collect(eventsOf(await api(`${address()}?after=0`))), log);
});

test("3.2 past the end there is nothing more to come: 204", async () => {
  const response = await api(`${address()}?after=${last?.epoch}:${last?.seq}`);
  assert.deepEqual([response.status, await response.text()], [204, ""]);
});

test("3.2 a cursor that this log never gave is 410 and names the snapshot", async () => {
  const response = await api(`${address()}?after=${(last?.epoch ?? 0) + 1}:1`);
  const problem = await response.json();
  assert.deepEqual([response.status, problem.code], [410, "log_gone"]);
  assert.equal(problem.snapshot, `/api/conversations/${run.conversationId}`);
});

describe("3.2 what is no cursor is refused", () => {
  for (const after of ["x", "-1:2", "1:2:3", "1:x", "1:1e3", "9007199254740993:1"])
    test(after, async () => {
      const response = await api(`${address()}?after=${after}`);
      assert.deepEqual([response.status, (await response.json()).field], [400, "after"]);
    });
});

test("another's run, one that there is not and no id at all are told apart by their form only", async () => {
  const asked = [
    api(address(), { headers: { cookie: otherCookie } }),
    api(address(randomUUID())),
    api(address("x")),
  ];
  assert.deepEqual(
    (await Promise.all(asked)).map(({ status }) => status),
    [404, 404, 400],
  );
});

test("HEAD says what would come and opens no stream", async () => {
  const response = await api(address(), { method: "HEAD" });
  assert.deepEqual([response.status, response.body], [200, null]);
  assert.equal(response.headers.get("content-type"), "text/event-stream; charset=utf-8");
});
