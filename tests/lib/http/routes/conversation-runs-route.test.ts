import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { describe, test } from "node:test";
import { createServerBounds } from "#lib/http/server-bounds.ts";
import { UnknownModelError } from "#lib/models/unknown-model-error.ts";
import { foldOf } from "../../../support/api-client.ts";
import { localApi } from "../../../support/local-api.ts";
import { readLog, runContext, textOf } from "../../../support/run-bench.ts";
import { finished, gate, says, scriptedModel } from "../../../support/scripted-model.ts";
import { waitUntil } from "../../../support/wait-until.ts";

const json = { "content-type": "application/json" };
const ask = (runId: string, more: object = {}) => ({
  method: "POST",
  headers: json,
  body: JSON.stringify({ runId, message: { text: "hi" }, ...more }),
});
const address = (conversationId: string = randomUUID()) => `/api/conversations/${conversationId}/runs`;

test("3.1 a question is answered as a stream of its run, whose address stands in the head", async () => {
  const api = localApi(runContext(scriptedModel([...says("Hello ", "you"), finished])));
  const runId = randomUUID();
  const response = await api(address(), ask(runId));
  assert.equal(response.status, 200);
  assert.equal(response.headers.get("content-type"), "text/event-stream; charset=utf-8");
  assert.equal(response.headers.get("location"), `/api/runs/${runId}/events`);
  assert.equal(textOf(await foldOf(response)), "Hello you");
});

test("3.1 a client that takes JSON alone gets the run's id and address at once", async () => {
  const hold = gate();
  const waited: Promise<unknown>[] = [];
  const context = runContext(scriptedModel([hold.promise, ...says("later"), finished]));
  const api = localApi(context, { waitUntil: (work) => void waited.push(work) });
  const runId = randomUUID();
  const question = ask(runId);
  const response = await api(address(), { ...question, headers: { ...json, accept: "application/json" } });
  assert.equal(response.status, 202);
  assert.equal(response.headers.get("location"), `/api/runs/${runId}/events`);
  assert.deepEqual(await response.json(), { runId });
  assert.equal(waited.length, 1);
  hold.open();
  await waited[0];
  assert.equal((await readLog(context.storage, runId)).at(-1)?.type, "finish");
});

test("3.1 the same id is the same run: nothing is begun anew, and the host waits for it once", async () => {
  const model = scriptedModel([...says("once"), finished]);
  const waited: Promise<unknown>[] = [];
  const api = localApi(runContext(model), { waitUntil: (work) => void waited.push(work) });
  const [runId, where] = [randomUUID(), address()];
  for (let time = 0; time < 3; time += 1)
    assert.equal(textOf(await foldOf(await api(where, ask(runId)))), "once");
  assert.equal(model.requests.length, 1);
  assert.equal(waited.length, 1);
});

describe("3.1 nothing is begun", () => {
  const refused: [title: string, body: object, status: number, code: string, field?: string][] = [
    ["by a model that is not offered", { model: "none" }, 400, "bad_field", "model"],
    ["by an agent that there is not", { agent: "none" }, 400, "bad_field", "agent"],
    ["with an empty text", { message: { text: " " } }, 400, "bad_field", "message.text"],
    ["with a field of the client's own", { system: "x" }, 400, "unknown_field", "system"],
  ];
  for (const [title, more, status, code, field] of refused)
    test(title, async () => {
      const pickModel = async () => {
        if ("model" in more) throw new UnknownModelError("none");
        return scriptedModel([finished]);
      };
      const context = runContext(scriptedModel([finished]), { pickModel });
      const response = await localApi(context)(address(), ask(randomUUID(), more));
      const problem = await response.json();
      assert.deepEqual([response.status, problem.code, problem.field], [status, code, field]);
    });

  test("while the server restarts", async () => {
    const model = scriptedModel([finished]);
    const api = localApi(runContext(model), { closing: AbortSignal.abort() });
    const response = await api(address(), ask(randomUUID()));
    assert.deepEqual([response.status, (await response.json()).code], [503, "shutting_down"]);
    assert.equal(response.headers.get("retry-after"), "2");
    assert.equal(model.requests.length, 0);
  });

  test("while the server writes as many answers as it can, but whoever returns to one is attached", async () => {
    const hold = gate();
    const model = scriptedModel([hold.promise, ...says("done"), finished]);
    const api = localApi(runContext(model), { bounds: createServerBounds({ serverRuns: 1 }) });
    const [where, runId] = [address(), randomUUID()];
    const first = await api(where, ask(runId));
    for (const accept of ["text/event-stream", "application/json"]) {
      const question = ask(randomUUID());
      const response = await api(address(), { ...question, headers: { ...json, accept } });
      assert.deepEqual([response.status, (await response.json()).code], [503, "server_busy"]);
      assert.match(response.headers.get("retry-after") ?? "", /^[1-9]/);
    }
    const again = await api(where, ask(runId));
    assert.equal(again.status, 200);
    hold.open();
    assert.deepEqual([textOf(await foldOf(first)), textOf(await foldOf(again))], ["done", "done"]);
    assert.equal(textOf(await foldOf(await api(address(), ask(randomUUID())))), "done");
    assert.equal(textOf(await foldOf(await api(where, ask(runId)))), "done");
  });

  test("while its address has half of the answers that the server writes; another address still gets one", async () => {
    const hold = gate();
    const model = scriptedModel([hold.promise, ...says("done"), finished]);
    const api = localApi(runContext(model), {
      bounds: createServerBounds({ serverRuns: 4 }),
      config: { trustedProxies: 1, maxMessageLength: 2000 },
    });
    const askFrom = (from: string) => {
      const question = ask(randomUUID());
      const headers = { ...json, accept: "application/json", "x-forwarded-for": from };
      return api(address(), { ...question, headers });
    };
    const statuses: number[] = [];
    for (const from of ["192.0.2.1", "192.0.2.1", "192.0.2.1", "192.0.2.2", "192.0.2.1"])
      statuses.push((await askFrom(from)).status);
    assert.deepEqual(statuses, [202, 202, 503, 202, 503]);
    hold.open();
    await waitUntil("there is room again", async () => (await askFrom("192.0.2.1")).status === 202);
  });

  test("while the server has as many open streams as it can", async () => {
    const model = scriptedModel([...says("done"), finished]);
    const api = localApi(runContext(model), { bounds: createServerBounds({ serverStreams: 3 }) });
    const runId = randomUUID();
    const open = await api(address(), ask(runId));
    const refused = [await api(address(), ask(randomUUID())), await api(`/api/runs/${runId}/events?after=0`)];
    for (const response of refused)
      assert.deepEqual([response.status, (await response.json()).code], [503, "server_busy"]);
    assert.equal(model.requests.length, 1);
    assert.equal(textOf(await foldOf(open)), "done");
    const quiet = { ...ask(randomUUID()), headers: { ...json, accept: "application/json" } };
    for (const { url, init, status } of [
      { url: `/api/runs/${runId}/events?after=0`, init: {}, status: 200 },
      { url: `/api/runs/${runId}/events?after=9:9`, init: {}, status: 410 },
      { url: address(), init: ask(runId, { message: { text: "another" } }), status: 409 },
      { url: address(), init: quiet, status: 202 },
      { url: address(), init: ask(randomUUID()), status: 200 },
    ]) {
      const response = await api(url, init);
      assert.equal(response.status, status, url);
      await response.text();
    }
  });

  test("in a conversation of which another run is live", async () => {
    const hold = gate();
    const api = localApi(runContext(scriptedModel([hold.promise, finished])));
    const [where, activeRunId] = [address(), randomUUID()];
    const first = await api(where, ask(activeRunId));
    const second = await api(where, ask(randomUUID()));
    const problem = await second.json();
    assert.deepEqual(
      [second.status, problem.code, problem.activeRunId],
      [409, "conversation_busy", activeRunId],
    );
    hold.open();
    await foldOf(first);
  });
});
