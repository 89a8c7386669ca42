import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { test } from "node:test";
import type { Producer } from "#lib/agents/producer.ts";
import type { PersonQuestion } from "#lib/protocol/run-event.ts";
import type { RunContext } from "#lib/runs/run-context.ts";
import { startRun } from "#lib/runs/start-run.ts";
import { stopRun } from "#lib/runs/stop-run.ts";
import { askingProducer } from "../../../support/asking-producer.ts";
import { localApi, otherCookie } from "../../../support/local-api.ts";
import { question, readLog, runContext } from "../../../support/run-bench.ts";
import { scriptedModel } from "../../../support/scripted-model.ts";
import { waitUntil } from "../../../support/wait-until.ts";

interface Waiting {
  context: RunContext;
  runId: string;
  ran: string[];
  decide(body: object, more?: { approvalId?: string; runId?: string; headers?: object }): Promise<Response>;
}

async function waiting(given: { toolCallId?: string; question?: PersonQuestion } = {}): Promise<Waiting> {
  const { toolCallId = "call-1", question: asked } = given;
  const ran: string[] = [];
  const produce: Producer = askingProducer({
    toolCallIds: [toolCallId],
    ...(asked && { question: asked }),
    onRun: (id) => void ran.push(id),
  });
  const pickProducer = async () => ({ produce, model: "asking", usesKey: false });
  const context = runContext(scriptedModel(), { pickProducer });
  const run = question("go");
  await (await startRun(context, run)).done;
  const api = localApi(context);
  return {
    context,
    runId: run.runId,
    ran,
    decide: (body, { approvalId = `${toolCallId}:1`, runId = run.runId, headers = {} } = {}) =>
      api(`/api/runs/${runId}/approvals/${encodeURIComponent(approvalId)}`, {
        method: "POST",
        headers: { "content-type": "application/json", ...headers },
        body: JSON.stringify(body),
      }),
  };
}

const yes = { approved: true, inputHash: "hash" };

async function ended({ context, runId }: Waiting): Promise<void> {
  await waitUntil("it has ended", async () => (await context.storage.runs.run(runId))?.status === "finished");
}

const answerOf = async (response: Response) => {
  const { code, field } = await response.json();
  return [response.status, code, field];
};

test("3.4 a decision is taken once, and the run that waited goes on: the same again is 200, another 409", async () => {
  for (const toolCallId of ["call-1", "call/ä 1%?#:"]) {
    const run = await waiting({ toolCallId });
    const first = await run.decide(yes);
    assert.deepEqual(
      [first.status, await first.json()],
      [200, { runId: run.runId, approvalId: `${toolCallId}:1`, approved: true }],
    );
    assert.equal((await run.decide({ ...yes, scope: "once" })).status, 200);
    const others = [
      { ...yes, approved: false },
      { ...yes, scope: "conversation" },
      { ...yes, reason: "because" },
    ];
    for (const other of others)
      assert.deepEqual(await answerOf(await run.decide(other)), [409, "already_decided", undefined]);
    await ended(run);
    assert.deepEqual(run.ran, [toolCallId]);
    assert.equal((await run.decide(yes)).status, 200);
    const log = await readLog(run.context.storage, run.runId);
    const written = log.find(({ type }) => type === "tool-approval-response");
    assert.deepEqual(written?.type === "tool-approval-response" && [written.approved, written.by], [
      true,
      "user",
    ]);
  }
});

test("3.4 a denial and its reason, for the conversation, are written as they were given, and nothing runs", async () => {
  const run = await waiting();
  const given = { approved: false, reason: "not \ud83d today", scope: "conversation" };
  assert.equal((await run.decide({ ...given, inputHash: "hash" })).status, 200);
  await ended(run);
  assert.deepEqual(run.ran, []);
  const log = await readLog(run.context.storage, run.runId);
  const {
    seq: _,
    ts: __,
    epoch: ___,
    runId: ____,
    ...written
  } = log.find(({ type }) => type === "tool-approval-response") ?? assert.fail();
  assert.deepEqual(written, {
    ...{ type: "tool-approval-response", approvalId: "call-1:1", by: "user" },
    ...{ ...given, reason: "not \ufffd today" },
  });
});

test("S13 another's run, an unknown one and an unknown approval are 404, a changed input and a run that has ended 409: nothing runs", async () => {
  const run = await waiting();
  const { decide } = run;
  assert.equal((await decide(yes, { headers: { cookie: otherCookie } })).status, 404);
  assert.equal((await decide(yes, { runId: randomUUID() })).status, 404);
  assert.equal((await decide(yes, { runId: "x" })).status, 400);
  for (const approvalId of ["call-1", "call-1:2", "call-2:1", "__proto__", "%"])
    assert.equal((await decide(yes, { approvalId })).status, 404, approvalId);
  assert.deepEqual(await answerOf(await decide({ ...yes, inputHash: "shown before" })), [
    ...[409, "input_changed", "inputHash"],
  ]);
  assert.equal((await run.context.storage.runs.run(run.runId))?.status, "waiting");
  await stopRun(run.context, run.runId, "user");
  assert.deepEqual(await answerOf(await decide(yes)), [409, "run_over", undefined]);
  assert.deepEqual(run.ran, []);
});

test("S12 a body says what is decided and nothing else", async () => {
  const { decide, ran } = await waiting();
  const bodies: [object, number, string][] = [
    [{}, 400, "bad_field"],
    [{ approved: true }, 400, "bad_field"],
    [{ inputHash: "hash" }, 400, "bad_field"],
    [{ ...yes, approved: "true" }, 400, "bad_field"],
    [{ ...yes, by: "operator" }, 400, "unknown_field"],
    [{ ...yes, messages: [] }, 400, "unknown_field"],
    [{ ...yes, scope: "always" }, 400, "bad_field"],
    [{ ...yes, content: [] }, 400, "bad_field"],
    [{ ...yes, reason: "x".repeat(2001) }, 422, "text_too_long"],
    [{ ...yes, inputHash: "x".repeat(201) }, 422, "text_too_long"],
    [{ ...yes, content: { a: "x".repeat(32_000) } }, 400, "bad_field"],
  ];
  for (const [body, status, code] of bodies)
    assert.deepEqual((await answerOf(await decide(body))).slice(0, 2), [status, code], JSON.stringify(body));
  assert.deepEqual(ran, []);
});

test("3.4 values that do not fit the form are refused by their field, and can be put right; those that do are written", async () => {
  const asked = {
    message: "How many?",
    schema: { type: "object", properties: { count: { type: "integer" } }, required: ["count"] },
  };
  const run = await waiting({ question: asked });
  for (const content of [undefined, {}, { count: "2" }, { count: 2, more: 1 }])
    assert.deepEqual(await answerOf(await run.decide({ ...yes, ...(content && { content }) })), [
      ...[400, "bad_field", "content"],
    ]);
  assert.equal((await run.context.storage.runs.run(run.runId))?.unread, undefined);
  assert.equal((await run.decide({ ...yes, content: { count: 2 } })).status, 200);
  await waitUntil("it is written", async () =>
    (await readLog(run.context.storage, run.runId)).some(
      (event) => event.type === "tool-approval-response" && event.content?.count === 2,
    ),
  );
});

test("half of a character in a value of the form becomes U+FFFD when it comes in, as in any text", async () => {
  const schema = {
    type: "object",
    properties: { why: { type: "string" }, tags: { type: "array", items: { type: "string" } } },
  };
  const run = await waiting({ question: { message: "Why?", schema } });
  const content = { why: "so \ud83d", tags: ["\udc00", "😀"] };
  assert.equal((await run.decide({ ...yes, content })).status, 200);
  await ended(run);
  const log = await readLog(run.context.storage, run.runId);
  const decided = log.find((event) => event.type === "tool-approval-response");
  assert.deepEqual(decided?.type === "tool-approval-response" && decided.content, {
    ...{ why: "so \ufffd", tags: ["\ufffd", "😀"] },
  });
  assert.equal((await run.decide({ ...yes, content })).status, 200, "the same again is the same decision");
});
