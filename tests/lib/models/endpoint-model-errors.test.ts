import assert from "node:assert/strict";
import { createServer } from "node:net";
import { describe, test } from "node:test";
import { createEndpointModel, type EndpointModelOptions } from "../../../lib/models/endpoint-model.ts";
import * as chat from "../../support/chat-chunks.ts";
import { collectAnswer } from "../../support/collect-answer.ts";
import { nextResponse } from "../../support/next-response.ts";
import { events, json, type Script, startScriptedModelServer } from "../../support/scripted-model-server.ts";
import { testedEndpoint, wideLimits } from "../../support/tested-endpoint.ts";
import { waitUntil } from "../../support/wait-until.ts";

const canary = "sk-canary-7Qv9";
const server = await testedEndpoint();

async function fail(script: Script, options: Partial<EndpointModelOptions> = {}) {
  server.next(script);
  const model = createEndpointModel({
    id: "the-model",
    apiKey: canary,
    baseUrl: server.url,
    ...wideLimits,
    ...options,
  });
  const answer = await collectAnswer(model);
  assert.ok(answer.error, "no error was thrown");
  return { ...answer, error: answer.error };
}

const host = () => new URL(server.url).host;
const body = (message: string, code: string | null = null) => ({ error: { message, code, type: "x" } });

/** All of an error that a log or a page might print. */
function printed(error: Error): string {
  const cause = error.cause instanceof Error ? printed(error.cause) : String(error.cause);
  return [error.message, error.stack, JSON.stringify(error), cause].join("\n");
}

describe("a refusal by status", () => {
  const statuses = [
    [401, body("bad key"), "key-rejected", false, /127\.0\.0\.1:\d+ \(401\)/],
    [403, body("not you"), "key-rejected", false, /\(403\)/],
    [404, body("no such model"), "model-not-found", false, /"the-model"/],
    [400, body("This model's maximum context length is 4096"), "context-too-long", false, /"the-model"/],
    [400, body("too big", "context_length_exceeded"), "context-too-long", false, /too long/],
    [400, body("nope"), "request-refused", false, /refused the request \(400\)/],
    [402, body("Insufficient Balance"), "out-of-credit", false, /out of credit/],
    [400, body("The response was filtered", "content_filter"), "content-filter", false, /content filter/],
    [400, body("blocked by our content management policy"), "content-filter", false, /refused the question/],
    [408, body("slow"), "timeout", true, /too long/],
    [422, body("nope"), "request-refused", false, /\(422\)/],
    [429, body("You exceeded your current quota", "insufficient_quota"), "out-of-credit", false, /quota/],
    [500, body("oops"), "provider-failed", true, /\(500\)/],
    [503, "<html>Service Unavailable</html>", "provider-failed", true, /\(503\)/],
    [529, body("overloaded"), "provider-failed", true, /\(529\)/],
    // As endpoints spell it that have no `error`, or a list.
    [400, { object: "error", message: "Invalid model: x" }, "model-not-found", false, /"the-model"/],
    [400, [{ error: { message: "API key not valid" } }], "key-rejected", false, /\(400\)/],
    [403, { code: 1, message: "欠费" }, "out-of-credit", false, /\(403\)/],
    [503, { error: { message: "Loading model" } }, "provider-failed", true, /still loading its model/],
    [500, { error: { message: "Failed to parse arguments as JSON" } }, "request-refused", false, /\(500\)/],
  ] as const;
  for (const [status, answer, code, retryable, words] of statuses)
    test(`${status} ${JSON.stringify(answer).slice(0, 60)} is ${code}`, async () => {
      const before = server.requests.length;
      const { error } = await fail(json(status, answer));
      assert.deepEqual([error.code, error.retryable], [code, retryable]);
      assert.deepEqual([error.facts.host, error.facts.status], [host(), status]);
      assert.match(error.message, words);
      assert.equal(server.requests.length, before + 1, "asked more than once");
    });

  test("429 says how long to wait, in seconds, milliseconds or as a date", async () => {
    const date = "Sat, 21 Nov 2026 10:00:00 GMT";
    const waits = [
      [{ "retry-after": "7" }, /try again in 7 s/, 7000],
      [{ "retry-after-ms": "1500" }, /try again in 2 s/, 2000],
      [{ "retry-after": "Sat, 21 Nov 2026 10:00:30 GMT", date }, /try again in 30 s/, 30_000],
      [{ "retry-after": "soon" }, /try again later/, undefined],
    ] as const;
    for (const [headers, words, retryAfterMs] of waits) {
      const { error } = await fail(json(429, body("slow down"), { ...headers }));
      assert.deepEqual([error.code, error.retryable], ["rate-limited", true]);
      assert.match(error.message, words);
      assert.equal(error.facts.retryAfterMs, retryAfterMs);
    }
  });

  test("a redirect is not followed: neither key nor conversation goes elsewhere", async () => {
    const elsewhere = await startScriptedModelServer();
    for (const status of [301, 302, 307, 308]) {
      const { error } = await fail({
        status,
        headers: { location: `${elsewhere.url}/chat/completions` },
        steps: [],
      });
      assert.equal(error.code, "request-refused");
      assert.match(error.message, /redirect/);
    }
    assert.deepEqual(elsewhere.requests, []);
    await elsewhere.close();
  });

  test("an endless error body is read no further than it takes to know its kind", async () => {
    const steps = [{ write: "context length ".repeat(10_000) }, { hang: true }] as const;
    assert.equal((await fail({ status: 400, steps })).error.code, "context-too-long");
  });
});

test("no key, prompt or upstream word is in any part of an error", async () => {
  const echo = `Incorrect key ${canary} for "What is 2 + 3?"`;
  const scripts: Script[] = [
    ...[400, 401, 404, 429, 500].map((status) =>
      json(status, body(echo, canary), { "x-request-id": canary }),
    ),
    events(`data: ${JSON.stringify(body(echo))}\n\n`),
    events(`data: ${echo}\n\n`),
    events(echo),
    json(200, echo),
  ];
  for (const script of scripts) {
    const { error } = await fail(script);
    assert.doesNotMatch(printed(error), /canary|Incorrect|2 \+ 3/);
  }
});

describe("an error inside the stream", () => {
  const soFar = chat.sse(chat.textChunks("so far"));
  const frames = [
    [`event: error\ndata: ${JSON.stringify(body("Tool choice is required"))}\n\n`, "provider-failed", true],
    [`event: error\ndata: {"message":"x"}\n\n`, "provider-failed", true],
    [`data: {"error":{"message":"Token limit reached","code":400}}\n\n`, "request-refused", false],
    [`data: {"error":{"message":"x","code":429}}\n\n`, "rate-limited", true],
    [
      `data: {"error":{"code":502},"choices":[{"delta":{},"finish_reason":"error"}]}\n\n`,
      "provider-failed",
      true,
    ],
    [`data: {"error":"model runner stopped"}\n\n`, "provider-failed", true],
    [`data: {"object":"error","message":"x","code":400}\n\n`, "request-refused", false],
  ] as const;
  for (const [frame, code, retryable] of frames)
    test(`${frame.trim().replace("\n", " ")} is ${code}; the text so far stays`, async () => {
      const { error, text } = await fail(events(soFar + frame));
      assert.deepEqual([error.code, error.retryable, text], [code, retryable, "so far"]);
    });

  for (const frame of ["data: {not json}\n\n", 'data: {"choices":[\n\n'])
    test(`${frame.trim()} is a bad response; the text so far stays`, async () => {
      const { error, text } = await fail(events(soFar + frame));
      assert.deepEqual([error.code, text], ["bad-response", "so far"]);
      assert.ok(error.message.includes(host()));
    });
});

describe("a body that is no stream", () => {
  const bodies = [
    [
      "a web page",
      { headers: { "content-type": "text/html" }, steps: [{ write: "\n<!doctype html><p>data: hello" }] },
    ],
    ["a web page called a stream", events("<html>")],
    ["plain words", events("upstream connect error")],
    ["JSON cut short", json(200, '{"choices":[')],
    ["JSON of another kind", json(200, { choices: "none" })],
    ["a JSON list", json(200, [])],
  ] as const;
  for (const [name, script] of bodies)
    test(`with status 200, ${name}, is a bad response`, async () => {
      assert.equal((await fail(script)).error.code, "bad-response");
    });

  test("a JSON error with status 200 is that error", async () => {
    assert.equal((await fail(json(200, { error: { message: "x", code: 401 } }))).error.code, "key-rejected");
  });

  test("a text longer than the limit is ended there, and what came stays", async () => {
    const flood = events(chat.sse(chat.textChunks(...Array.from({ length: 200 }, () => "hello "))));
    const { error, text } = await fail({ ...flood, slice: 300 }, { maxCharacters: 600 });
    assert.deepEqual([error.code, error.facts.reason], ["limit-reached", "size"]);
    assert.match(error.message, /600 characters/);
    assert.match(text, /^(hello ){100,}$/);
  });

  test("R10 an answer that drips for ever ends at its time, and what came before stays", async () => {
    const drip = [{ write: chat.sse(chat.textChunks("tick ")) }, { wait: 5 }] as const;
    const { error, text } = await fail(
      { steps: Array.from({ length: 100_000 }, () => drip).flat() },
      { maxMs: 200 },
    );
    assert.deepEqual([error.code, error.facts.reason], ["limit-reached", "time"]);
    assert.match(text, /^(tick )+$/);
    await waitUntil("the connection is closed", () => server.requests.at(-1)?.closedAt !== undefined);
  });
});

describe("a connection", () => {
  test("that breaks in the middle is cut off, however much was said, and the text stays", async () => {
    for (const before of ["", chat.sse(chat.textChunks("half ", "an ans"))]) {
      const steps = [{ write: before }, { until: nextResponse() }, { reset: true }] as const;
      const { error, text } = await fail({ steps });
      assert.deepEqual([error.code, error.retryable], ["cut-off", true]);
      assert.equal(text, before === "" ? "" : "half an ans");
    }
  });

  test("that breaks after the finish reason harms nothing", async () => {
    const body = chat.sse(chat.textChunks("all"), chat.finish(), chat.usage(1, 1));
    server.next({ steps: [{ write: body }, { until: nextResponse() }, { reset: true }] });
    const model = createEndpointModel({
      id: "m",
      baseUrl: server.url,
      ...wideLimits,
    });
    const { text, finish, error } = await collectAnswer(model);
    assert.deepEqual([text, finish, error], ["all", "stop", undefined]);
  });

  test("that cannot be made names the host and the reason", async () => {
    const closed = await freePort();
    const plain = new URL(server.url).port;
    const ways = [
      [
        `http://127.0.0.1:${closed}/v1`,
        /^127\.0\.0\.1:\d+ cannot be reached: nothing listens there/,
        "refused",
      ],
      ["http://rivulet.invalid/v1", /^rivulet\.invalid cannot be reached: its name is not known/, "name"],
      [`https://127.0.0.1:${plain}/v1`, /TLS/, "tls"],
    ] as const;
    for (const [baseUrl, words, reason] of ways) {
      const { error } = await fail(events(""), { baseUrl });
      assert.deepEqual([error.code, error.retryable], ["unreachable", true], baseUrl);
      assert.deepEqual(error.facts, { host: new URL(baseUrl).host, reason });
      assert.match(error.message, words);
      assert.doesNotMatch(printed(error), /canary/);
    }
  });
});

async function freePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((resolve) => probe.listen(0, "127.0.0.1", resolve));
  const address = probe.address();
  await new Promise((resolve) => probe.close(resolve));
  return typeof address === "object" && address ? address.port : 9;
}
