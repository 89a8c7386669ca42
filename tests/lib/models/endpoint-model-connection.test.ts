import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { getEventListeners } from "node:events";
import { describe, test } from "node:test";
import { promisify } from "node:util";
import { createEndpointModel, type EndpointModelOptions } from "../../../lib/models/endpoint-model.ts";
import type { ModelPart } from "../../../lib/models/model.ts";
import * as chat from "../../support/chat-chunks.ts";
import { collectAnswer, question } from "../../support/collect-answer.ts";
import { type Script } from "../../support/scripted-model-server.ts";
import { testedEndpoint, wideLimits } from "../../support/tested-endpoint.ts";
import { waitUntil } from "../../support/wait-until.ts";

const server = await testedEndpoint();

const createModel = (options: Partial<EndpointModelOptions> = {}) =>
  createEndpointModel({
    id: "m",
    baseUrl: server.url,
    ...wideLimits,
    ...options,
  });

const first = { write: chat.sse(chat.textChunks("first")) };
const hang = { hang: true } as const;

/** Starts a request whose answer hangs, and waits until the server has it. */
async function start(script: Script) {
  const before = server.requests.length;
  server.next(script);
  const stop = new AbortController();
  const parts: ModelPart[] = [];
  const run = (async () => {
    for await (const part of createModel().stream({ messages: question }, stop.signal)) parts.push(part);
  })();
  await waitUntil("the request arrives", () => server.requests.length > before);
  return { stop, run, parts, request: server.requests[before] };
}

describe("aborting closes the provider's connection and ends without an error", () => {
  const moments: [string, Script][] = [
    ["before the headers", { headersFirst: false, steps: [hang] }],
    ["before the first token", { steps: [hang] }],
    ["in the middle", { steps: [first, hang] }],
    ["after the finish reason", { steps: [first, { write: chat.sse(chat.finish()) }, hang] }],
    ["while an error's body is read", { status: 500, steps: [{ write: "x" }, hang] }],
  ];
  for (const [moment, script] of moments)
    test(moment, async () => {
      const { stop, run, parts, request } = await start(script);
      if (script.steps.includes(first)) await waitUntil("the first token", () => parts.length > 0);
      assert.equal(request?.closedAt, undefined);
      const stoppedAt = performance.now();
      stop.abort();
      await run;
      assert.ok(performance.now() - stoppedAt < 1000);
      await waitUntil("the connection closes", () => request?.closedAt !== undefined);
      assert.equal(parts.filter(({ type }) => type === "finish").length, 0);
    });

  test("before it began: nothing is asked", async () => {
    const asked = server.requests.length;
    const { parts, error } = await collectAnswer(createModel(), question, AbortSignal.abort());
    assert.deepEqual([parts, error, server.requests.length], [[], undefined, asked]);
  });

  test("with deltas still unread: they are not shown", async () => {
    const together = chat.sse(chat.textChunks("1"), chat.reasoning("hm"), chat.textChunks("2"));
    server.next({ steps: [{ write: together }, hang] });
    const stop = new AbortController();
    const seen: string[] = [];
    for await (const part of createModel().stream({ messages: question }, stop.signal)) {
      if (part.type === "text") seen.push(part.delta);
      stop.abort();
    }
    assert.deepEqual(seen, ["1"]);
  });
});

test("leaving the loop closes the connection", async () => {
  const asked = server.requests.length;
  server.next({ steps: [first, hang] });
  for await (const _part of createModel().stream({ messages: question }, new AbortController().signal)) break;
  await waitUntil("the connection closes", () => server.requests[asked]?.closedAt !== undefined);
});

test("a signal that outlives its requests keeps no listeners", async () => {
  const { signal } = new AbortController();
  for (let request = 0; request < 20; request++) await collectAnswer(createModel(), question, signal);
  assert.equal(getEventListeners(signal, "abort").length, 0);
});

test("requests one after the other share a connection", async () => {
  const asked = server.requests.length;
  for (let request = 0; request < 3; request++) await collectAnswer(createModel());
  const requests = server.requests.slice(asked);
  assert.deepEqual(
    requests.map(({ closedAt }) => closedAt),
    [undefined, undefined, undefined],
  );
  assert.equal(new Set(requests.map(({ port }) => port)).size, 1);
});

describe("idle time", () => {
  const idle: [string, Script, Partial<EndpointModelOptions>][] = [
    ["before the headers", { headersFirst: false, steps: [hang] }, { firstByteMs: 60 }],
    ["before the first frame", { steps: [hang] }, { firstByteMs: 60 }],
    ["after a comment", { steps: [{ write: ": PROCESSING\n\n" }, hang] }, { idleMs: 60 }],
    ["inside an error's body", { status: 500, steps: [{ write: "x" }, hang] }, { firstByteMs: 60 }],
    ["in the middle", { steps: [first, first, hang] }, { idleMs: 60 }],
  ];
  for (const [kind, script, limits] of idle)
    test(`${kind} times out and closes the connection`, async () => {
      const asked = server.requests.length;
      server.next(script);
      const { error, text } = await collectAnswer(createModel(limits));
      assert.deepEqual([error?.code, error?.retryable], ["timeout", true]);
      assert.match(error?.message ?? "", /127\.0\.0\.1/);
      assert.equal(text, "first".repeat(script.steps.filter((step) => step === first).length));
      await waitUntil("the connection closes", () => server.requests[asked]?.closedAt !== undefined);
    });

  test("after the finish reason is the end", async () => {
    server.next({ steps: [first, { write: chat.sse(chat.finish()) }, hang] });
    const { finish, error } = await collectAnswer(createModel({ idleMs: 60 }));
    assert.deepEqual([finish, error], ["stop", undefined]);
  });

  test("after [DONE] is not waited for", async () => {
    server.next({ steps: [{ write: chat.answer("all") }, hang] });
    const start = performance.now();
    const { finish } = await collectAnswer(createModel());
    assert.equal(finish, "stop");
    assert.ok(performance.now() - start < 2000);
  });

  test("is not the provider's while the consumer takes its time", async () => {
    const isSent = Promise.withResolvers<void>();
    server.next({ steps: [first, { until: isSent.promise }, { write: chat.answer(" second") }] });
    const idleMs = 50;
    let text = "";
    const stream = createModel({ idleMs }).stream({ messages: question }, new AbortController().signal);
    for await (const part of stream) {
      if (part.type === "text") text += part.delta;
      isSent.resolve();
      const start = performance.now();
      await waitUntil("more time than that has passed", () => performance.now() - start > 2 * idleMs);
    }
    assert.equal(text, "first second");
  });
});

test("a process that asked, was refused, was cut off and stopped exits by itself", async () => {
  server.next({ steps: [{ write: chat.answer("all") }] });
  server.next({ status: 500, steps: [] });
  server.next({ steps: [first, { reset: true }] });
  server.next({ steps: [first, hang] });
  const program = `
    import { createEndpointModel } from "#lib/models/endpoint-model.ts";
    const limits = { firstByteMs: 600_000, idleMs: 600_000, maxCharacters: 1e6 };
    const model = createEndpointModel({ id: "m", baseUrl: ${JSON.stringify(server.url)}, ...limits });
    for (let request = 0; request < 4; request++) {
      const stop = new AbortController();
      try {
        for await (const part of model.stream({ messages: [] }, stop.signal)) if (request === 3) stop.abort();
      } catch (error) { console.log(error.code); }
    }
    const left = process.getActiveResourcesInfo().filter((name) => name === "Timeout");
    console.log(left.length);`;
  const args = ["--input-type=module", "--eval", program];
  // The sockets kept for reuse do not hold the process; a timer of 600 s would.
  const { stdout } = await promisify(execFile)(process.execPath, args, {
    cwd: `${import.meta.dirname}/../../..`,
    timeout: 20_000,
  });
  assert.match(stdout, /^provider-failed\ncut-off\n0\n$/);
});
