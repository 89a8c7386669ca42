import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { chatRequest } from "#lib/models/chat/chat-request.ts";
import type { ModelMessage } from "#lib/models/model-message.ts";
import type { ModelRequest } from "#lib/models/model-request.ts";
import {
  assistant,
  call,
  failure,
  result,
  system,
  thought,
  tool,
  user,
} from "../../../support/model-messages.ts";

const sent = (request: ModelRequest) => chatRequest(request, { model: "m", maxTokensField: "max_tokens" });

test("a plain conversation is sent byte for byte as before messages had parts", () => {
  const messages = [system("Be brief."), user('你好 "x"'), assistant("Hi\n😀"), user("Go on")];
  assert.equal(
    JSON.stringify(sent({ messages })),
    '{"model":"m","messages":[{"role":"system","content":"Be brief."},{"role":"user","content":"你好 \\"x\\""},' +
      '{"role":"assistant","content":"Hi\\n😀"},{"role":"user","content":"Go on"}],' +
      '"stream":true,"stream_options":{"include_usage":true}}',
  );
});

const written = '{ "city":"Mexico\\u0020City",\n"n": 1.0 }';
const toolCall = (id: string, name: string, args: string) => ({
  id,
  type: "function",
  function: { name, arguments: args },
});

const turns: [what: string, message: ModelMessage, sent: unknown[]][] = [
  ["a user's lone text is a string", user("hi"), [{ role: "user", content: "hi" }]],
  [
    "several texts of a user are a list of parts",
    user("one", "two"),
    [
      {
        role: "user",
        content: [
          { type: "text", text: "one" },
          { type: "text", text: "two" },
        ],
      },
    ],
  ],
  ["a user without words is sent an empty text", user(), [{ role: "user", content: "" }]],
  [
    "the arguments of a call are sent byte for byte, and no text is null",
    assistant(call("c1", "weather", written)),
    [{ role: "assistant", content: null, tool_calls: [toolCall("c1", "weather", written)] }],
  ],
  [
    "thoughts that another wire gives back are left out",
    assistant(thought("Hm"), "So.", thought("Well"), call("c1", "a", "{}")),
    [{ role: "assistant", content: "So.", tool_calls: [toolCall("c1", "a", "{}")] }],
  ],
  [
    "texts around calls are one text, the calls keep their order",
    assistant("Let me see.", call("c1", "a", ""), call("c2", "b", "{"), "So."),
    [
      {
        role: "assistant",
        content: "Let me see.\n\nSo.",
        tool_calls: [toolCall("c1", "a", ""), toolCall("c2", "b", "{")],
      },
    ],
  ],
  ["an answer without words is an empty text", assistant(), [{ role: "assistant", content: "" }]],
  [
    "each result is a message of its own, failed or not",
    tool(result("c1", "5"), failure("c2", "It broke.")),
    [
      { role: "tool", tool_call_id: "c1", content: "5" },
      { role: "tool", tool_call_id: "c2", content: "It broke." },
    ],
  ],
];

describe("a message", () => {
  for (const [what, message, expected] of turns)
    test(what, () => assert.deepEqual(sent({ messages: [message] }).messages, expected));
});

const schema = { type: "object", properties: { city: { type: "string" } }, required: ["city"] };
const weather = { name: "weather", description: "The weather of a city", inputSchema: schema };
const chatWeather = {
  type: "function",
  function: { name: "weather", description: "The weather of a city", parameters: schema },
};
const bare = { name: "now", inputSchema: { type: "object" } };

const settings: [what: string, request: Omit<ModelRequest, "messages">, sent: object][] = [
  ["nothing that is absent", {}, {}],
  ["tools", { tools: [weather] }, { tools: [chatWeather] }],
  [
    "a tool without a description",
    { tools: [bare] },
    { tools: [{ type: "function", function: { name: "now", parameters: { type: "object" } } }] },
  ],
  ...(["auto", "none", "required"] as const).map((toolChoice): (typeof settings)[number] => [
    `the choice ${toolChoice}`,
    { tools: [weather], toolChoice },
    { tools: [chatWeather], tool_choice: toolChoice },
  ]),
  [
    "the one tool to call",
    { tools: [weather], toolChoice: { toolName: "weather" } },
    { tools: [chatWeather], tool_choice: { type: "function", function: { name: "weather" } } },
  ],
  ["no choice, and no empty list, where there are no tools", { tools: [], toolChoice: "required" }, {}],
  ["stop texts", { stop: ["Observation:", "\n\n"] }, { stop: ["Observation:", "\n\n"] }],
  ["no empty list of stop texts", { stop: [] }, {}],
  ["any JSON", { responseFormat: { type: "json-object" } }, { response_format: { type: "json_object" } }],
  [
    "a schema of the answer",
    { responseFormat: { type: "json-schema", name: "weather", schema, strict: true } },
    { response_format: { type: "json_schema", json_schema: { name: "weather", schema, strict: true } } },
  ],
  [
    "a schema that is not strict",
    { responseFormat: { type: "json-schema", name: "weather", schema } },
    { response_format: { type: "json_schema", json_schema: { name: "weather", schema } } },
  ],
  [
    "zeros as they are",
    { temperature: 0, topP: 0, maxOutputTokens: 0, seed: 0 },
    { temperature: 0, top_p: 0, max_tokens: 0, seed: 0 },
  ],
  [
    "all sampling settings",
    { temperature: 0.5, topP: 0.9, maxOutputTokens: 100, seed: 7 },
    { temperature: 0.5, top_p: 0.9, max_tokens: 100, seed: 7 },
  ],
  ["nothing of how deltas are coalesced", { coalesceMs: 100 }, {}],
];

describe("a request sends", () => {
  for (const [what, request, expected] of settings)
    test(what, () => {
      const { model, messages, stream, stream_options, ...rest } = sent({
        ...request,
        messages: [user("q")],
      });
      assert.deepEqual(rest, expected);
      assert.deepEqual(
        [model, messages.length, stream, stream_options],
        ["m", 1, true, { include_usage: true }],
      );
    });

  test("the bound of the answer under the name that the endpoint knows", () => {
    const { max_tokens, max_completion_tokens } = chatRequest(
      { messages: [], maxOutputTokens: 9 },
      { model: "m", maxTokensField: "max_completion_tokens" },
    );
    assert.deepEqual([max_tokens, max_completion_tokens], [undefined, 9]);
  });
});

test("an effort is asked for where one is given", () => {
  const asked = chatRequest(
    { messages: [] },
    { model: "m", maxTokensField: "max_tokens", reasoningEffort: "high" },
  );
  assert.equal(asked.reasoning_effort, "high");
  assert.equal("reasoning_effort" in sent({ messages: [] }), false);
});
