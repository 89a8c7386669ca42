import assert from "node:assert/strict";
import { test } from "node:test";
import { getSentInput } from "#lib/client/inspector/get-sent-input.ts";
import { startRun } from "#lib/runs/start-run.ts";
import { localApi, otherCookie } from "../../../support/local-api.ts";
import { question, readLog, runContext } from "../../../support/run-bench.ts";
import { finished, says, scriptedModel } from "../../../support/scripted-model.ts";

test("3.13 what a model was sent is told to the person whose run it is, and to nobody else", async () => {
  const model = scriptedModel([...says("It is 5."), finished]);
  const context = runContext(model);
  const run = question("2+3?");
  await (await startRun(context, run)).done;
  const api = localApi(context);
  const log = await readLog(context.storage, run.runId);
  const asked = log.find((event) => event.type === "agent-input") ?? assert.fail();
  const signal = new AbortController().signal;
  const read = await getSentInput({ fetch: api }, run.runId, asked.seq, signal);
  if (!("value" in read)) return assert.fail();
  assert.deepEqual([read.value.seq, read.value.isExact], [asked.seq, true]);
  assert.deepEqual(
    read.value.messages.map(({ role, content }) => [role, content.map(({ text }) => text)]),
    [
      ["system", [model.requests[0]?.request.messages[0]?.content]],
      ["user", ["2+3?"]],
    ],
  );
  const address = `/api/runs/${run.runId}/input`;
  assert.deepEqual(await (await api(address)).json(), read.value);
  assert.equal((await api(`${address}?seq=${asked.seq - 1}`)).status, 404);
  assert.equal((await api(`${address}?seq=x`)).status, 400);
  assert.equal((await api(address, { headers: { cookie: otherCookie } })).status, 404);
});
