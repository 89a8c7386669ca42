import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { test } from "node:test";
import { startRun } from "#lib/runs/start-run.ts";
import { localApi, otherCookie } from "../../../support/local-api.ts";
import { question, readLog, runContext } from "../../../support/run-bench.ts";
import { finished, gate, says, scriptedModel } from "../../../support/scripted-model.ts";

/** A run that is live until `hold` opens, and what sends messages into it. */
async function liveRun(options: Parameters<typeof runContext>[1] = {}) {
  const hold = gate();
  const model = scriptedModel([...says("one"), hold.promise, finished], [...says("two"), finished]);
  const context = runContext(model, options);
  const run = question("hi");
  const { done } = await startRun(context, run);
  const api = localApi(context);
  const send = async (body: object, headers = {}, runId = run.runId) => {
    const response = await api(`/api/runs/${runId}/messages`, {
      method: "POST",
      headers: { "content-type": "application/json", ...headers },
      body: JSON.stringify(body),
    });
    return { status: response.status, body: await response.json() };
  };
  return { hold, context, run, done, send };
}

test("3.10 a message is recorded at once, and the same id again is the same message: also once the run has ended", async () => {
  const { hold, context, run, done, send } = await liveRun();
  const message = { id: randomUUID(), text: "and in metres?" };
  const { runId } = run;
  const recorded = { status: 202, body: { runId, id: message.id, state: "recorded" } };
  assert.deepEqual(await send(message), recorded);
  assert.deepEqual(await Promise.all([send(message), send(message)]), [recorded, recorded]);
  hold.open();
  await done;
  assert.deepEqual(await send(message), {
    status: 200,
    body: { runId, id: message.id, state: "settled" },
  });
  const steered = (await readLog(context.storage, runId)).filter(({ type }) => type === "steered");
  assert.deepEqual(
    steered.map((each) => each.type === "steered" && [each.messageId, each.text, each.by]),
    [[message.id, message.text, "user"]],
  );
});

test("3.10 what was said and is in no event yet can be read by its user, and nothing once the run has it", async () => {
  const { hold, context, run, done, send } = await liveRun();
  const api = localApi(context);
  const read = async (headers = {}) => {
    const response = await api(`/api/runs/${run.runId}/messages`, { headers });
    return response.ok ? (await response.json()).messages : response.status;
  };
  assert.deepEqual(await read(), []);
  const [first, second] = [randomUUID(), randomUUID()];
  await send({ id: first, text: "a" });
  await send({ id: second, text: "b" });
  assert.deepEqual(await read(), [
    { messageId: first, text: "a" },
    { messageId: second, text: "b" },
  ]);
  assert.equal(await read({ cookie: otherCookie }), 404);
  hold.open();
  await done;
  assert.deepEqual(await read(), []);
});

test("3.10 what comes after the end is refused, and so is another text under an id", async () => {
  const { hold, done, send } = await liveRun();
  const id = randomUUID();
  await send({ id, text: "a" });
  const other = await send({ id, text: "b" });
  assert.deepEqual([other.status, other.body.code, other.body.field], [409, "run_conflict", "id"]);
  hold.open();
  await done;
  const late = await send({ id: randomUUID(), text: "a" });
  assert.deepEqual([late.status, late.body.code], [409, "run_over"]);
});

test("3.10 a message has an id and a text, and nothing else", async () => {
  const { hold, done, send } = await liveRun();
  const id = randomUUID();
  const rows: [object, number, string][] = [
    [{ id, text: " " }, 400, "bad_field"],
    [{ id, text: "x".repeat(2001) }, 422, "text_too_long"],
    [{ id: "1", text: "a" }, 400, "bad_field"],
    [{ text: "a" }, 400, "bad_field"],
    [{ id, text: "a", role: "system" }, 400, "unknown_field"],
  ];
  for (const [body, status, code] of rows) {
    const refused = await send(body);
    assert.deepEqual([refused.status, refused.body.code], [status, code]);
  }
  hold.open();
  await done;
});

test("3.10 nobody says anything into another's run, nor into one that there is not", async () => {
  const { hold, context, run, done, send } = await liveRun();
  const message = { id: randomUUID(), text: "a" };
  assert.equal((await send(message, { cookie: otherCookie })).status, 404);
  assert.equal((await send(message, {}, randomUUID())).status, 404);
  assert.equal((await send(message, {}, "x")).status, 400);
  hold.open();
  await done;
  assert.equal(
    (await readLog(context.storage, run.runId)).filter(({ type }) => type === "steered").length,
    0,
  );
});

test("3.10 too many that nobody has read are refused for now", async () => {
  const { hold, done, send } = await liveRun();
  let sent = 0;
  let refused = await send({ id: randomUUID(), text: "a" });
  for (; refused.status === 202 && sent < 100; sent += 1)
    refused = await send({ id: randomUUID(), text: "a" });
  assert.deepEqual([refused.status, refused.body.code], [429, "rate_limited"]);
  hold.open();
  await done;
});

test("3.10 a message counts as a question, for it is one to the model", async () => {
  const { hold, done, send } = await liveRun({ limits: { runsPer10Min: 2 } });
  assert.equal((await send({ id: randomUUID(), text: "a" })).status, 202);
  assert.equal((await send({ id: randomUUID(), text: "b" })).status, 202);
  const third = await send({ id: randomUUID(), text: "c" });
  assert.deepEqual([third.status, third.body.code], [429, "rate_limited"]);
  hold.open();
  await done;
});

test("3.10 a message that is refused does not count", async () => {
  const { hold, done, send } = await liveRun({ limits: { runsPer10Min: 3 } });
  const id = randomUUID();
  assert.equal((await send({ id, text: "a" })).status, 202);
  for (const text of ["b", "c", "d"]) assert.equal((await send({ id, text })).body.code, "run_conflict");
  for (const text of ["e", "f"]) assert.equal((await send({ id: randomUUID(), text })).status, 202);
  assert.equal((await send({ id: randomUUID(), text: "g" })).body.code, "rate_limited");
  hold.open();
  await done;
});
