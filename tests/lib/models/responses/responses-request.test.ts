import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { ModelRequest } from "#lib/models/model-request.ts";
import { phaseMetadata, reasoningMetadata } from "#lib/models/responses/reasoning-item.ts";
import {
  keepsAnswer,
  type ResponsesRequest,
  responsesRequest,
  sentResponsesFields,
} from "#lib/models/responses/responses-request.ts";
import { assistant, call, failure, result, system, tool, user } from "../../../support/model-messages.ts";

const host = "host:1";
const requestOf = (request: ModelRequest, ...without: string[]): ResponsesRequest =>
  responsesRequest(request, { model: "m", host, without: new Set(without) });

const item = {
  id: "rs_1",
  type: "reasoning",
  summary: [{ type: "summary_text", text: "Hm" }],
  encrypted_content: "gAAA=",
  status: null,
};
const thoughtOf = (from: string) => ({
  type: "reasoning" as const,
  text: "Hm",
  providerMetadata: reasoningMetadata(from, item) ?? {},
});

test("a conversation is a list of items, with thoughts as they were given, and the instructions apart", () => {
  const remark = {
    type: "text",
    text: "I look.",
    providerMetadata: phaseMetadata(host, { phase: "commentary" }) ?? {},
  } as const;
  const messages = [
    ...[
      system("Be brief."),
      user("What is 2 + 3?"),
      assistant(thoughtOf(host), remark, call("a", "add", ' {"x": 1.0}')),
    ],
    ...[tool(result("a", "five"), failure("b", "no")), assistant("So."), user("And", "4?")],
  ];
  assert.deepEqual(requestOf({ messages }), {
    model: "m",
    stream: true,
    background: true,
    store: true,
    include: ["reasoning.encrypted_content"],
    reasoning: { summary: "auto" },
    instructions: "Be brief.",
    input: [
      { role: "user", content: "What is 2 + 3?" },
      item,
      { role: "assistant", content: "I look.", phase: "commentary" },
      { type: "function_call", call_id: "a", name: "add", arguments: ' {"x": 1.0}' },
      { type: "function_call_output", call_id: "a", output: "five" },
      { type: "function_call_output", call_id: "b", output: "no" },
      { role: "assistant", content: "So." },
      {
        role: "user",
        content: [
          { type: "input_text", text: "And" },
          { type: "input_text", text: "4?" },
        ],
      },
    ],
  });
});

test("a longer conversation goes on from the bytes of a shorter one", () => {
  const messages = [
    system("S"),
    user("a"),
    assistant(thoughtOf(host), "b", call("c")),
    tool(result("c")),
    user("d"),
  ];
  const bodies = messages
    .slice(1)
    .map((_, at) => JSON.stringify(requestOf({ messages: messages.slice(0, at + 2) })));
  for (const [at, body] of bodies.entries()) {
    const next = bodies[at + 1];
    if (next) assert.ok(next.startsWith(body.replace(/\]\}$/, "")), next);
  }
});

test("thoughts go back to where they came from, and nowhere else, nor where they are refused", () => {
  const plain = [{ role: "assistant", content: "b" }];
  assert.deepEqual(requestOf({ messages: [assistant(thoughtOf("other:1"), "b")] }).input, plain);
  assert.deepEqual(requestOf({ messages: [assistant(thoughtOf(host), "b")] }, "thoughts").input, plain);
  assert.equal(reasoningMetadata(host, { ...item, encrypted_content: null }), undefined);
});

test("an endpoint that cannot keep answers is not asked to store them", () => {
  assert.ok(keepsAnswer(new Set()));
  const { background, store } = requestOf({ messages: [] }, "background");
  assert.deepEqual([background, store], [undefined, false]);
  const other = requestOf({ messages: [] }, "store", "include", "reasoning");
  assert.deepEqual(other, { model: "m", stream: true, input: [] });
  const sent = sentResponsesFields(requestOf({ messages: [assistant(thoughtOf(host), "b")] }));
  assert.deepEqual(sent.slice(2), ["background", "store", "include", "reasoning", "input", "thoughts"]);
});

describe("what the request asks for", () => {
  const plain = { name: "add", inputSchema: { type: "object" } };
  const tools = [{ type: "function", name: "add", parameters: { type: "object" }, strict: false }] as const;
  const cases: [what: string, request: Omit<ModelRequest, "messages">, fields: object][] = [
    [
      "tools",
      { tools: [{ ...plain, description: "Adds." }] },
      { tools: [{ ...tools[0], description: "Adds." }] },
    ],
    ["no choice without tools", { toolChoice: "required" }, {}],
    ["any tool", { tools: [plain], toolChoice: "required" }, { tools, tool_choice: "required" }],
    [
      "one tool",
      { tools: [plain], toolChoice: { toolName: "add" } },
      { tools, tool_choice: { type: "function", name: "add" } },
    ],
    ["how", { temperature: 0, topP: 0.5, seed: 1, stop: ["x"] }, { temperature: 0, top_p: 0.5 }],
    ["how much", { maxOutputTokens: 9 }, { max_output_tokens: 9 }],
    ["JSON", { responseFormat: { type: "json-object" } }, { text: { format: { type: "json_object" } } }],
    [
      "JSON of a schema",
      { responseFormat: { type: "json-schema", name: "n", schema: {}, strict: true } },
      { text: { format: { type: "json_schema", name: "n", schema: {}, strict: true } } },
    ],
  ];
  for (const [what, request, fields] of cases)
    test(what, () => {
      assert.deepEqual(requestOf({ messages: [], ...request }), {
        ...requestOf({ messages: [] }),
        ...fields,
      });
    });
});

test("an effort is asked for beside the summaries, and left out with them", () => {
  const asked = (...without: string[]) =>
    responsesRequest(
      { messages: [] },
      { model: "m", host, without: new Set(without), reasoningEffort: "low" },
    );
  assert.deepEqual(asked().reasoning, { effort: "low", summary: "auto" });
  assert.equal(asked("reasoning").reasoning, undefined);
});
