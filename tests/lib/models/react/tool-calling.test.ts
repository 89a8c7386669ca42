import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { createEndpointModel } from "#lib/models/endpoint-model.ts";
import type { Model, ModelPart } from "#lib/models/model.ts";
import { ModelError } from "#lib/models/model-error.ts";
import { createModelList } from "#lib/models/model-list.ts";
import type { ModelRequest } from "#lib/models/model-request.ts";
import type { RefusedMemory } from "#lib/models/provider-model.ts";
import { type ToolCalling, withToolCalling } from "#lib/models/react/tool-calling.ts";
import { testModel } from "#lib/models/test-model.ts";
import { isRecord } from "#lib/protocol/is-record.ts";
import { answer } from "../../../support/chat-chunks.ts";
import { system, user } from "../../../support/model-messages.ts";
import { finished, says, scriptedModel } from "../../../support/scripted-model.ts";
import {
  events,
  json,
  type Script,
  type ScriptedModelServer,
  startScriptedModelServer,
} from "../../../support/scripted-model-server.ts";

let server: ScriptedModelServer;
before(async () => {
  server = await startScriptedModelServer();
});
after(() => server.close());

const request: ModelRequest = {
  messages: [system("Be brief."), user("1 + 1?")],
  tools: [{ name: "add", inputSchema: { type: "object" } }],
};

async function collect(model: Model, asked = request) {
  const parts: ModelPart[] = [];
  for await (const part of model.stream(asked, new AbortController().signal)) parts.push(part);
  return parts;
}

const inWords = 'Thought: I add.\nAction: add\nAction Input: {"a": 1}';
const callOf = (parts: readonly ModelPart[]) =>
  parts.flatMap((part) =>
    part.type === "tool-call-start" ? [part.toolName] : "delta" in part ? [part.delta] : [],
  );
const isInWords = ({ messages }: Record<string, unknown>): boolean =>
  JSON.stringify(messages).includes("Action Input:");

describe("an endpoint that refuses tools", () => {
  const refusals: [string, Script][] = [
    ["Ollama", json(400, { error: "registry.ollama.ai/library/m does not support tools" })],
    ["llama.cpp", json(500, { error: { message: "tools param requires --jinja flag" } })],
    ["OpenRouter", json(404, { error: { message: "No endpoints found that support tool use" } })],
    [
      "vLLM",
      json(400, {
        object: "error",
        message: '"auto" tool choice requires --enable-auto-tool-choice and --tool-call-parser to be set',
      }),
    ],
    [
      "a gateway, in the stream",
      events('data: {"error": {"message": "Function calling is not supported"}}\n\n'),
    ],
  ];
  for (const [whose, refusal] of refusals)
    test(`is asked in words at once, and from then on: ${whose}`, async () => {
      const outcomes: (string | undefined)[] = [];
      const model = createEndpointModel({
        id: "m",
        baseUrl: server.url,
        firstByteMs: 5000,
        idleMs: 5000,
        maxCharacters: 1e6,
        toolCalling: "auto",
        onOutcome: (error) => outcomes.push(error?.code),
      });
      const from = server.requests.length;
      server.script(({ body }) => (isRecord(body) && "tools" in body ? refusal : events(answer(inWords))));
      for (const _ of [1, 2]) assert.deepEqual(callOf(await collect(model)).join(""), 'I add.add{"a": 1}');
      const bodies = server.requests.slice(from).map(({ body }) => (isRecord(body) ? body : {}));
      assert.deepEqual(
        bodies.map((body) => ["tools" in body, isInWords(body)]),
        [
          [true, false],
          [false, true],
          [false, true],
        ],
      );
      assert.equal(model.refuses?.("tools"), true);
      assert.deepEqual(outcomes, [undefined, undefined]);
    });

  test("is asked without them where tools are to be native", async () => {
    const model = createEndpointModel({
      id: "m",
      baseUrl: server.url,
      firstByteMs: 5000,
      idleMs: 5000,
      maxCharacters: 1e6,
    });
    server.script(({ body }) =>
      isRecord(body) && "tools" in body
        ? json(400, { error: "m does not support tools" })
        : events(answer(inWords)),
    );
    assert.deepEqual(callOf(await collect(model)).join(""), inWords);
  });
});

const refusing = () =>
  new ModelError("request-refused", "no tools", { retryable: false, refusedFields: ["tools"] });

test("in words where that is set, natively where that is, and where nothing is refused", async () => {
  const asked = async (toolCalling: ToolCalling, refused: RefusedMemory = { fields: new Set() }) => {
    const inner = scriptedModel([...says("Answer: 2"), finished]);
    await collect(withToolCalling(inner, toolCalling, refused));
    return inner.requests.map(({ request: { tools } }) => (tools ? "native" : "react"));
  };
  assert.deepEqual(await asked("react"), ["react"]);
  assert.deepEqual(await asked("native"), ["native"]);
  assert.deepEqual(await asked("auto"), ["native"]);
  assert.deepEqual(await asked("auto", { fields: new Set(["tools"]) }), ["react"]);
});

test("what else fails is passed on, and so is a refusal behind the first word", async () => {
  const other = new ModelError("rate-limited", "later", { retryable: true });
  for (const [words, failure] of [
    [[], other],
    [says("It"), refusing()],
  ] as const) {
    const inner = scriptedModel([...words, failure]);
    await assert.rejects(collect(withToolCalling(inner, "auto", { fields: new Set() })), failure);
    assert.equal(inner.requests.length, 1);
  }
});

test("a refusal is not remembered if the endpoint does not answer in words either", async () => {
  const refused: RefusedMemory = { fields: new Set() };
  const inner = scriptedModel([refusing()]);
  await assert.rejects(collect(withToolCalling(inner, "auto", refused)), /no tools/);
  assert.deepEqual([inner.requests.length, [...refused.fields]], [2, []]);
});

test("who leaves the loop ends the request, natively and in words", async () => {
  for (const scripts of [[says("a", "b")], [[refusing()], says("Answer: a", "b")]]) {
    const inner = scriptedModel(...scripts);
    for await (const part of withToolCalling(inner, "auto", { fields: new Set() }).stream(
      request,
      new AbortController().signal,
    ))
      if (part.type === "text") break;
    assert.ok(inner.requests.every(({ closed }) => closed));
  }
});

test("a model of the list is offered tools as its entry says, or in words where it is known to have none", async () => {
  const endpoint = (id: string, tools?: boolean) => ({
    wire: "chat" as const,
    baseUrl: server.url,
    model: { id, model: id, ...(tools !== undefined && { capabilities: { tools } }) },
  });
  const models = createModelList({
    endpoints: [
      endpoint("a"),
      { ...endpoint("b"), toolCalling: "react" },
      endpoint("c", false),
      { ...endpoint("d", false), toolCalling: "native" },
      { ...endpoint("e", true), toolCalling: "auto" },
    ],
    firstByteMs: 5000,
    idleMs: 5000,
  });
  const from = server.requests.length;
  server.script(events(answer("Answer: 2")));
  for (const id of ["a", "b", "c", "d", "e"]) await collect(await models.pick(id));
  assert.deepEqual(
    server.requests.slice(from).map(({ body }) => isRecord(body) && "tools" in body),
    [true, false, false, true, true],
  );
});

test("a test says what the endpoint itself does", async () => {
  const model = createEndpointModel({
    ...{ id: "m", baseUrl: server.url, firstByteMs: 5000, idleMs: 5000, maxCharacters: 1e6 },
    toolCalling: "auto",
  });
  server.script(({ body }) =>
    isRecord(body) && "tools" in body
      ? json(400, { error: "m does not support tools" })
      : events(answer("Thought: x\nAnswer: ready")),
  );
  const tested = await testModel(model, { now: () => performance.now() }, AbortSignal.timeout(5000));
  assert.ok(tested.isGood);
  assert.deepEqual([tested.tools, tested.reasoning], [false, false]);
});
