import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { createEndpointModel } from "#lib/models/endpoint-model.ts";
import type { Model } from "#lib/models/model.ts";
import { ModelError } from "#lib/models/model-error.ts";
import type { ModelRequest } from "#lib/models/model-request.ts";
import { isRecord } from "#lib/protocol/is-record.ts";
import { answer, sse, textChunks } from "../../support/chat-chunks.ts";
import { system, user } from "../../support/model-messages.ts";
import { events, json, type Script } from "../../support/scripted-model-server.ts";
import { testedEndpoint, wideLimits } from "../../support/tested-endpoint.ts";

const server = await testedEndpoint();

const request: ModelRequest = {
  messages: [system("Be brief."), user("Hi")],
  tools: [{ name: "add", inputSchema: { type: "object" } }],
  toolChoice: "auto",
  temperature: 0.5,
  topP: 0.9,
  maxOutputTokens: 100,
  seed: 1,
};

const model = (): Model => createEndpointModel({ id: "m", baseUrl: server.url, ...wideLimits });

async function ask(
  of: Model,
): Promise<{ text: string; error?: ModelError; bodies: Record<string, unknown>[] }> {
  const from = server.requests.length;
  const bodies = () => server.requests.slice(from).map(({ body }) => (isRecord(body) ? body : {}));
  let text = "";
  try {
    for await (const part of of.stream(request, new AbortController().signal))
      if (part.type === "text") text += part.delta;
  } catch (error) {
    return { text, bodies: bodies(), ...(error instanceof ModelError && { error }) };
  }
  return { text, bodies: bodies() };
}

const error = (message: string, param: string | null = null) => ({
  error: { message, type: "invalid_request_error", param, code: null },
});
const hasSystem = ({ messages }: Record<string, unknown>): boolean =>
  JSON.stringify(messages).includes('"role":"system"');

/** Refuses each request that has a field, as an endpoint does that does not know it. */
const refuses =
  (field: string, refusal: Script) =>
  ({ body }: { body: unknown }): Script => {
    const sent = isRecord(body) ? body : {};
    return (field === "system" ? hasSystem(sent) : field in sent) ? refusal : events(answer("All the same."));
  };

describe("an endpoint that does not take", () => {
  const cases: [field: string, refusal: Script, also?: string[]][] = [
    ["tools", json(400, { error: "registry.ollama.ai/library/m does not support tools" }), ["tool_choice"]],
    ["tools", json(500, error("tools param requires --jinja flag")), ["tool_choice"]],
    ["tools", json(404, error("No endpoints found that support tool use")), ["tool_choice"]],
    ["stream_options", json(400, error("Unrecognized request argument supplied: stream_options"))],
    [
      "stream_options",
      json(422, {
        object: "error",
        message: { detail: [{ type: "extra_forbidden", loc: ["body", "stream_options"], msg: "x" }] },
      }),
    ],
    [
      "temperature",
      json(400, error("Unsupported value: 'temperature' does not support 0.5.", "temperature")),
    ],
    ["top_p", json(400, error("Extra inputs are not permitted", "top_p"))],
    [
      "max_tokens",
      json(400, error("Unsupported parameter: 'max_tokens'. Use 'max_completion_tokens' instead.")),
    ],
    [
      "max_tokens",
      json(400, error("max_tokens is too large: 100. This model supports at most 5 completion tokens")),
    ],
    [
      "stream",
      json(400, error("Unsupported value: 'stream' does not support true with this model.", "stream")),
      ["stream_options"],
    ],
    ["system", json(400, { object: "error", message: "System role not supported", code: 400 })],
    ["seed", events(`data: ${JSON.stringify(error("Unknown parameter: 'seed'"))}\n\n`)],
    ["seed", json(200, error("Unknown parameter: 'seed'"))],
  ];
  for (const [field, refusal, also = []] of cases)
    test(`${field} answers all the same, and is not asked with it again: ${JSON.stringify(refusal).slice(0, 80)}`, async () => {
      server.script(refuses(field, refusal));
      const of = model();
      const [first, second] = [await ask(of), await ask(of)];
      assert.deepEqual([first.text, second.text], ["All the same.", "All the same."]);
      assert.deepEqual([first.bodies.length, second.bodies.length], [2, 1]);
      const [whole = {}, less = {}] = first.bodies;
      assert.deepEqual(less, second.bodies[0]);
      const gone = Object.keys(whole).filter((each) => !(each in less));
      assert.deepEqual(gone, field === "system" ? [] : [field, ...also]);
      assert.equal(hasSystem(less), field !== "system");
      assert.equal(less["max_completion_tokens"], field === "max_tokens" ? 100 : undefined);
    });
});

test("several fields are left out one after another, within the same request of the caller's", async () => {
  const refusals = ["stream_options", "temperature", "max_tokens", "max_completion_tokens"];
  server.script(({ body }) => {
    const field = refusals.find((each) => isRecord(body) && each in body);
    return field ? json(400, error(`Unsupported parameter: '${field}'`, field)) : events(answer("At last."));
  });
  const of = model();
  assert.equal((await ask(of)).text, "At last.");
  assert.equal((await ask(of)).bodies.length, 1);
});

test("what an endpoint goes on refusing is told after one more request, and nothing is remembered", async () => {
  server.script(json(400, error("Unsupported parameter: 'temperature'", "temperature")));
  const of = model();
  for (const _ of [1, 2]) {
    const { error: failure, bodies } = await ask(of);
    assert.deepEqual([failure?.code, failure?.facts.reason], ["request-refused", "parameter"]);
    assert.deepEqual(
      bodies.map((body) => "temperature" in body),
      [true, false],
    );
  }
});

test("what was not sent is not left out: the request is not repeated", async () => {
  server.script(json(400, error("Unsupported parameter: 'logprobs', 'stop' is invalid", "stop")));
  assert.equal((await ask(model())).bodies.length, 1);
});

test("an answer that has begun is never asked for again", async () => {
  server.script(
    events(`${sse(textChunks("half"))}data: ${JSON.stringify(error("Unknown parameter: 'seed'"))}\n\n`),
  );
  const { text, error: failure, bodies } = await ask(model());
  assert.deepEqual([text, failure?.code, bodies.length], ["half", "request-refused", 1]);
});
