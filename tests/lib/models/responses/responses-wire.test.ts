import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { createEndpointModel, type EndpointModelOptions } from "#lib/models/endpoint-model.ts";
import type { ModelPart } from "#lib/models/model.ts";
import type { ModelRequest } from "#lib/models/model-request.ts";
import { createResponsesWire } from "#lib/models/responses/responses-wire.ts";
import { assistant, user } from "../../../support/model-messages.ts";
import { created, ended, messageItems, numberedFrom } from "../../../support/responses-events.ts";
import { events, json, type Scripted } from "../../../support/scripted-model-server.ts";
import { sseFrames } from "../../../support/sse-frames.ts";
import { testedEndpoint, wideLimits } from "../../../support/tested-endpoint.ts";
import { waitUntil } from "../../../support/wait-until.ts";

const server = await testedEndpoint();

const whole = numberedFrom(0, created(), ...messageItems(0, ["It ", "is ", "5."]), ended());
const answers = events(sseFrames(...whole));

const createModel = (onOutcome?: EndpointModelOptions["onOutcome"]) =>
  createEndpointModel({
    id: "m",
    ...(onOutcome && { onOutcome }),
    wire: "responses",
    baseUrl: server.url,
    apiKey: "sk-1",
    ...wideLimits,
  });

async function partsOf(
  model: ReturnType<typeof createModel>,
  request: Partial<ModelRequest> = {},
  signal = new AbortController().signal,
): Promise<ModelPart[]> {
  return Array.fromAsync(model.stream({ messages: [user("?")], ...request }, signal));
}

const textOf = (parts: readonly ModelPart[]): string =>
  parts.map((part) => (part.type === "text" ? part.delta : "")).join("");
const lastBody = (): string => JSON.stringify(server.requests.at(-1)?.body);

test("it is asked once, with its key, for a stream of an answer that is kept", async () => {
  server.next(answers);
  const parts = await partsOf(createModel());
  assert.deepEqual(parts[0], { type: "response", responseId: "resp_1" });
  assert.equal(textOf(parts), "It is 5.");
  const request = server.requests.at(-1);
  assert.deepEqual([request?.method, request?.path], ["POST", "/v1/responses"]);
  assert.equal(request?.headers.authorization, "Bearer sk-1");
  assert.match(lastBody(), /"stream":true,"background":true,"store":true/);
});

test("how each request ended is told: a model that failed once and then answers is good again", async () => {
  const outcomes: string[] = [];
  const model = createModel((error) => outcomes.push(error?.code ?? "good"));
  server.next(json(401, { error: { message: "Incorrect API key provided" } }));
  await assert.rejects(partsOf(model));
  server.next(answers);
  await partsOf(model);
  assert.deepEqual(outcomes, ["key-rejected", "good"]);
});

test("of two requests at once, each is read by what it was sent with", () => {
  const context = { host: "host:1", model: "m" };
  const wire = createResponsesWire({ baseUrl: "http://host:1/v1" }, context);
  const plain: ReadonlySet<string> = new Set(["background"]);
  const idOf = (without: ReadonlySet<string>, resume?: ModelRequest["resume"]) => {
    const reader = wire.createReader({ messages: [user("?")], ...(resume && { resume }) }, without);
    reader.readFrame(JSON.stringify(created()), "message", []);
    return reader.responseId;
  };
  assert.deepEqual([idOf(new Set()), idOf(plain), idOf(new Set())], ["resp_1", undefined, "resp_1"]);
  assert.equal(idOf(plain, { responseId: "resp_1", cursor: 2 }), "resp_1");
});

describe("what the endpoint refuses", () => {
  const refuses = (...fields: string[]) =>
    fields.map(
      (field): Scripted =>
        json(400, { error: { message: `Unsupported parameter: '${field}'`, param: field } }),
    );

  test("is left out, one after another, and from then on", async () => {
    const model = createModel();
    for (const refusal of refuses("background", "include", "reasoning")) server.next(refusal);
    server.next(answers);
    const parts = await partsOf(model);
    assert.equal(textOf(parts), "It is 5.");
    assert.ok(!parts.some(({ type }) => type === "response"), "an answer that nobody keeps has no name");
    assert.equal(
      lastBody(),
      '{"model":"m","stream":true,"store":false,"input":[{"role":"user","content":"?"}]}',
    );
    const asked = server.requests.length;
    server.next(answers);
    await partsOf(model);
    assert.equal(server.requests.length, asked + 1);
  });

  test("of its own thoughts too: they are left out", async () => {
    const item = { id: "rs_1", type: "reasoning", summary: [], encrypted_content: "gAAA=" };
    const { host } = new URL(server.url);
    const providerMetadata = { openai: { host, item } };
    const messages = [
      user("?"),
      assistant({ type: "reasoning", text: "", providerMetadata }, "5."),
      user("?"),
    ];
    server.next(
      json(400, { error: { code: "invalid_encrypted_content", message: "could not be verified" } }),
    );
    server.next(answers);
    assert.equal(textOf(await partsOf(createModel(), { messages })), "It is 5.");
    assert.ok(!lastBody().includes("gAAA="));
  });

  test("is told where it is something else", async () => {
    server.next(json(401, { error: { message: "Incorrect API key provided" } }));
    await assert.rejects(partsOf(createModel()), { code: "key-rejected" });
    server.next(json(429, { error: { message: "Rate limit reached" } }, { "retry-after": "7" }));
    await assert.rejects(partsOf(createModel()), { code: "rate-limited" });
  });
});

describe("the rest of an answer that is kept", () => {
  test("is asked for behind the cursor, and nothing is asked anew", async () => {
    const asked = server.requests.length;
    server.next(events(sseFrames(...whole.slice(3))));
    const parts = await partsOf(createModel(), { resume: { responseId: "resp_1", cursor: 2 } });
    assert.equal(textOf(parts), "is 5.");
    assert.deepEqual(parts.at(-1), { type: "finish", reason: "stop" });
    const [request] = server.requests.slice(asked);
    assert.deepEqual(
      [request?.method, request?.path],
      ["GET", "/v1/responses/resp_1?stream=true&starting_after=2"],
    );
    assert.equal(server.requests.length, asked + 1);
  });

  test("is all of it where nothing has been read", async () => {
    server.next(answers);
    const parts = await partsOf(createModel(), { resume: { responseId: "resp/1" } });
    assert.equal(textOf(parts), "It is 5.");
    assert.equal(server.requests.at(-1)?.path, "/v1/responses/resp%2F1?stream=true");
  });

  for (const [what, script, facts] of [
    ["an endpoint that has forgotten it", json(404, { error: { message: "not found" } }), "forgotten"],
    ["one that cannot", json(405, {}), "forgotten"],
    [
      "one that gives a document",
      json(200, { object: "response", output: [], status: "completed" }),
      "forgotten",
    ],
  ] as const)
    test(`is said to be forgotten by ${what}`, async () => {
      server.next(script);
      const { host } = new URL(server.url);
      const resume = { responseId: "resp_1", cursor: 2 };
      await assert.rejects(partsOf(createModel(), { resume }), {
        code: "cut-off",
        retryable: true,
        facts: { host, reason: facts },
      });
    });

  test("is asked for again where the endpoint is busy or fails, and not where it wants another key", async () => {
    const resume = { responseId: "resp_1", cursor: 2 };
    for (const status of [503, 429]) server.next(json(status, { error: { message: "Sorry." } }));
    server.next(events(sseFrames(...whole.slice(3))));
    assert.equal(textOf(await partsOf(createModel(), { resume })), "is 5.");
    server.next(json(401, { error: { message: "Sorry." } }));
    await assert.rejects(partsOf(createModel(), { resume }), { code: "key-rejected" });
  });

  test("is asked for behind what was read where the line breaks in mid-answer", async () => {
    const asked = server.requests.length;
    const read = Promise.withResolvers<void>();
    server.next({
      steps: [{ write: sseFrames(...whole.slice(0, 3)) }, { until: read.promise }, { reset: true }],
    });
    server.next(events(sseFrames(...whole.slice(3))));
    const parts: ModelPart[] = [];
    for await (const part of createModel().stream({ messages: [user("?")] }, new AbortController().signal)) {
      parts.push(part);
      if (part.type === "text") read.resolve();
    }
    assert.equal(textOf(parts), "It is 5.");
    assert.deepEqual(
      server.requests.slice(asked).map(({ method }) => method),
      ["POST", "GET"],
    );
  });
});

describe("an answer that is given up", () => {
  const begun = { write: sseFrames(...whole.slice(0, 3)) };

  /** The requests that come once the answer has begun and ends for that reason. */
  async function requestsAfter(reason: string): Promise<(string | undefined)[]> {
    const asked = server.requests.length;
    server.script(json(200, {}));
    server.next({ steps: [begun, { hang: true }] });
    const stop = new AbortController();
    for await (const part of createModel().stream({ messages: [user("?")] }, stop.signal))
      if (part.type === "text") stop.abort(reason);
    if (reason === "stop") await waitUntil("it is cancelled", () => server.requests.length === asked + 2);
    await waitUntil("its connection is closed", () => server.requests[asked]?.closedAt !== undefined);
    return server.requests.slice(asked + 1).map(({ method, path }) => `${method} ${path}`);
  }

  test("by a person is cancelled where it is made, so that it costs no more", async () => {
    assert.deepEqual(await requestsAfter("stop"), ["POST /v1/responses/resp_1/cancel"]);
  });

  test("by a process that goes away is not: another goes on with it", async () => {
    assert.deepEqual(await requestsAfter("hand-over"), []);
  });
});
