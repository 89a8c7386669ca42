import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { test } from "node:test";
import type { JsonObject } from "#lib/protocol/run-event.ts";
import { continueRun } from "#lib/runs/continue-run.ts";
import { startRun } from "#lib/runs/start-run.ts";
import { stopRun } from "#lib/runs/stop-run.ts";
import { askingProducer } from "../../support/asking-producer.ts";
import { localApi, otherCookie } from "../../support/local-api.ts";
import { question, readLog, runContext } from "../../support/run-bench.ts";
import { scriptedModel } from "../../support/scripted-model.ts";
import { waitUntil } from "../../support/wait-until.ts";

const word: JsonObject = {
  type: "object",
  properties: { isAccepted: { type: "boolean" }, comment: { type: "string" } },
  required: ["isAccepted"],
};
const yes = { name: "reviewed", data: { isAccepted: true, comment: "good" } };

/** A run that waits for `reviewed`, in as many calls as there are ids, and holds no process. */
async function waiting({ schema = word, toolCallIds = ["call-1"] } = {}) {
  const ran: string[] = [];
  const produce = askingProducer({
    ...{ toolCallIds, onRun: (toolCallId) => void ran.push(toolCallId) },
    call: { toolName: "wait_for_event", input: { event: "reviewed" } },
    question: { message: "Is it good?", schema },
  });
  const context = runContext(scriptedModel(), {
    pickProducer: async () => ({ produce, model: "m", usesKey: false }),
  });
  const run = question("go");
  await (await startRun(context, run)).done;
  const api = localApi(context);
  const { runId } = run;
  const send = (body: unknown, { id = runId, cookie = "" } = {}) =>
    api(`/api/runs/${id}/events`, {
      method: "POST",
      headers: { "content-type": "application/json", ...(cookie !== "" && { cookie }) },
      body: JSON.stringify(body),
    });
  const view = async () => (await api(`/api/runs/${runId}`)).json();
  const ended = () => waitUntil("it has ended", async () => (await view()).status === "finished");
  return { context, runId, ran, api, send, view, ended };
}

const answerOf = async (response: Response) => {
  const { code, field } = await response.json();
  return [response.status, code, field];
};

test("3.15 a run that waits without a process goes on with the event, which is in the log as it was sent", async () => {
  const run = await waiting();
  assert.deepEqual([(await run.view()).status, (await run.view()).awaits], ["waiting", ["reviewed"]]);
  const { runs } = await (await run.api("/api/runs")).json();
  assert.deepEqual(
    runs.map(({ runId, status, awaits, title }: Record<string, unknown>) => [runId, status, awaits, title]),
    [[run.runId, "waiting", ["reviewed"], "go"]],
  );
  const sent = await run.send(yes);
  assert.deepEqual([sent.status, await sent.json()], [202, { runId: run.runId, name: "reviewed" }]);
  await run.ended();
  const written = (await readLog(run.context.storage, run.runId)).find(
    ({ type }) => type === "tool-approval-response",
  );
  assert.deepEqual(written?.type === "tool-approval-response" && written.content, yes.data);
  assert.equal((await run.view()).awaits, undefined);
  assert.deepEqual((await (await run.api("/api/runs")).json()).runs, []);
  assert.equal((await run.send(yes)).status, 202, "the same again");
  assert.deepEqual(run.ran, ["call-1"]);
});

test("3.15 of several waits the oldest takes the event", async () => {
  const run = await waiting({ toolCallIds: ["call-1", "call-2"] });
  await run.send(yes);
  await waitUntil("the first has run", () => run.ran.length === 1);
  assert.deepEqual(run.ran, ["call-1"]);
  await waitUntil("it waits again", async () => (await run.view()).status === "waiting");
  await run.send({ ...yes, data: { isAccepted: false } });
  await run.ended();
  assert.deepEqual(run.ran, ["call-1", "call-2"]);
});

test("3.15 what is no object is sent as it is", async () => {
  const schema: JsonObject = {
    ...{ type: "object", required: ["value"] },
    properties: { value: { type: "number" } },
  };
  const run = await waiting({ schema });
  assert.deepEqual(await answerOf(await run.send({ name: "reviewed", data: "x" })), [
    ...[400, "bad_field", "data"],
  ]);
  assert.equal((await run.send({ name: "reviewed", data: 7 })).status, 202);
  await run.ended();
});

test("3.15 an event that is not awaited, does not fit, or comes too late changes nothing", async () => {
  const run = await waiting();
  const refused: [body: unknown, answer: unknown[]][] = [
    [{ ...yes, name: "paid" }, [409, "not_awaited", "name"]],
    [{ name: "reviewed", data: {} }, [400, "bad_field", "data"]],
    [{ name: "reviewed", data: { isAccepted: "yes" } }, [400, "bad_field", "data"]],
    [{ name: "reviewed", data: "yes" }, [400, "bad_field", "data"]],
    [{ name: "reviewed" }, [400, "bad_field", "data"]],
    [{ name: "", data: {} }, [400, "bad_field", "name"]],
    [{ ...yes, approvalId: "call-1:1" }, [400, "unknown_field", undefined]],
    [{ ...yes, data: { ...yes.data, comment: "x".repeat(32_000) } }, [400, "bad_field", "data"]],
  ];
  for (const [body, answer] of refused)
    assert.deepEqual(
      (await answerOf(await run.send(body))).slice(0, 2),
      answer.slice(0, 2),
      JSON.stringify(body).slice(0, 80),
    );
  assert.equal((await run.send(yes, { cookie: otherCookie })).status, 404);
  assert.equal((await run.send(yes, { id: randomUUID() })).status, 404);
  assert.equal((await run.view()).status, "waiting");
  await stopRun(run.context, run.runId, "user");
  assert.deepEqual(await answerOf(await run.send(yes)), [409, "run_over", undefined]);
  assert.deepEqual(run.ran, []);
});

test("3.15 of two events at once one is taken, and a process that begins later goes on with it", async () => {
  const run = await waiting();
  const other = { ...yes, data: { isAccepted: false } };
  const statuses = (await Promise.all([run.send(yes), run.send(other)])).map(({ status }) => status);
  assert.deepEqual(
    statuses.sort((a, b) => a - b),
    [202, 409],
  );
  const left = await run.context.storage.runs.run(run.runId);
  await continueRun(run.context, left ?? assert.fail("no run"));
  await run.ended();
  assert.deepEqual(run.ran, ["call-1"]);
});
