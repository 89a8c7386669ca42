import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { createEndpointModel, type EndpointModelOptions } from "#lib/models/endpoint-model.ts";
import type { ModelRequest } from "#lib/models/model-request.ts";
import { collectAnswer } from "../../../support/collect-answer.ts";
import { messageEnd, messageStart, textBlock } from "../../../support/messages-events.ts";
import { events, json } from "../../../support/scripted-model-server.ts";
import { sseFrames } from "../../../support/sse-frames.ts";
import { testedEndpoint, wideLimits } from "../../../support/tested-endpoint.ts";

const server = await testedEndpoint();

const answers = () => events(sseFrames(messageStart(), ...textBlock(0, "5."), ...messageEnd()));

const createModel = (options: Partial<EndpointModelOptions> = {}) =>
  createEndpointModel({
    id: "m",
    wire: "messages",
    baseUrl: server.url,
    ...wideLimits,
    ...options,
  });

/** The answers to two questions, the first of which the endpoint refuses so. */
async function askRefusing(status: number, body: object, request: Partial<ModelRequest> = {}) {
  const from = server.requests.length;
  server.script(answers());
  server.next(json(status, body));
  const model = createModel();
  const parts = [];
  for (let turn = 0; turn < 2; turn += 1) {
    const messages = [{ role: "user", content: [{ type: "text", text: "?" }] }] as const;
    for await (const part of model.stream({ messages, ...request }, new AbortController().signal))
      parts.push(part);
  }
  const asked = server.requests.slice(from).map((each) => JSON.stringify(each.body));
  return { asked, texts: parts.flatMap((part) => (part.type === "text" ? [part.delta] : [])) };
}

const error = (type: string, message: string) => ({ type: "error", error: { type, message } });

describe("where it is asked", () => {
  for (const [base, path] of [
    ["/v1", "/v1/messages"],
    ["/v1/", "/v1/messages"],
    ["", "/v1/messages"],
    ["/anthropic", "/anthropic/v1/messages"],
    ["/api/messages", "/api/messages"],
  ] as const)
    test(`an address that ends in "${base}" is asked at ${path}`, async () => {
      server.next(answers());
      const answer = await collectAnswer(createModel({ baseUrl: server.url.replace("/v1", base) }));
      assert.equal(answer.text, "5.");
      assert.equal(server.requests.at(-1)?.path, path);
    });

  test("with its key, its version and the headers that are configured", async () => {
    server.script(answers());
    const headers = { "Anthropic-Beta": "x", "User-Agent": "me" };
    await collectAnswer(createModel({ apiKey: "sk-1", headers, model: "asked-for" }));
    const request = server.requests.at(-1);
    assert.deepEqual(
      ["x-api-key", "anthropic-version", "anthropic-beta", "user-agent", "authorization"].map(
        (name) => request?.headers[name],
      ),
      ["sk-1", "2023-06-01", "x", "me", undefined],
    );
    assert.match(JSON.stringify(request?.body), /"model":"asked-for".*"stream":true/);
    await collectAnswer(createModel({ baseUrl: server.url.replace("//", "//ann:secret@") }));
    assert.equal(server.requests.at(-1)?.headers.authorization, `Basic ${btoa("ann:secret")}`);
  });
});

describe("what the endpoint refuses", () => {
  test("is left out, and from then on", async () => {
    const refusal = error("invalid_request_error", "temperature: Extra inputs are not permitted");
    const { asked, texts } = await askRefusing(400, refusal, { temperature: 0.5 });
    assert.deepEqual(texts, ["5.", "5."]);
    assert.deepEqual(
      asked.map((body) => body.includes("temperature")),
      [true, false, false],
    );
  });

  for (const [message, asked] of [
    ["max_tokens: 32000 > 8192, which is the maximum allowed number of output tokens", [32_000, 8192, 8192]],
    ["max_tokens is too large: 32000 (32000 > 16384 - 500)", [32_000, 15_884, 32_000]],
  ] as const)
    test(`as ${message}: the longest answer of the model is remembered, what one request left is not`, async () => {
      const answer = await askRefusing(400, error("invalid_request_error", message));
      assert.deepEqual(answer.texts, ["5.", "5."]);
      const lengths = answer.asked.map((body) => Number(/"max_tokens":(\d+)/.exec(body)?.[1]));
      assert.deepEqual(lengths, asked);
    });

  test("in vain is asked again with the next question", async () => {
    server.next(json(400, error("invalid_request_error", "temperature: Extra inputs are not permitted")));
    server.next(json(400, error("invalid_request_error", "something else")));
    const model = createModel();
    const ask = async () => {
      for await (const _ of model.stream({ messages: [], temperature: 1 }, new AbortController().signal));
    };
    await assert.rejects(ask, { code: "request-refused" });
    server.script(answers());
    await ask();
    assert.match(JSON.stringify(server.requests.at(-1)?.body), /temperature/);
  });

  for (const [status, type, code] of [
    [401, "authentication_error", "key-rejected"],
    [404, "not_found_error", "model-not-found"],
    [413, "request_too_large", "context-too-long"],
    [429, "rate_limit_error", "rate-limited"],
    [529, "overloaded_error", "provider-failed"],
  ] as const)
    test(`${status} is ${code}`, async () => {
      server.next(json(status, error(type, "Sorry."), { "retry-after": "7" }));
      const { error: failure } = await collectAnswer(createModel());
      assert.deepEqual([failure?.code, failure?.facts.status], [code, status]);
      if (status === 429) assert.equal(failure?.facts.retryAfterMs, 7000);
    });
});

test("a connection that is refused, or breaks in mid-answer, is told as such", async () => {
  const refused = await collectAnswer(createModel({ baseUrl: "http://127.0.0.1:9/v1" }));
  assert.deepEqual([refused.error?.code, refused.error?.facts.reason], ["unreachable", "refused"]);
  const read = Promise.withResolvers<void>();
  const partial = { write: sseFrames(messageStart(), ...textBlock(0, "so far")) };
  server.next({ steps: [partial, { until: read.promise }, { reset: true }] });
  const broken = await collectAnswer(createModel(), undefined, undefined, () => read.resolve());
  assert.deepEqual([broken.text, broken.error?.code], ["so far", "cut-off"]);
});

test("pings keep an answer alive while its model thinks", async () => {
  const ping = { write: sseFrames({ type: "ping" }) };
  const steps = [
    { write: sseFrames(messageStart()) },
    ...Array.from({ length: 5 }, () => [ping, { wait: 500 }]).flat(),
  ];
  server.next({ steps: [...steps, { write: sseFrames(...textBlock(0, "5."), ...messageEnd()) }] });
  assert.equal((await collectAnswer(createModel({ idleMs: 2000 }))).text, "5.");
});
