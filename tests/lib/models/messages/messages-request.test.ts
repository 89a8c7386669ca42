import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { continuationPrompt } from "#lib/models/continuation-prompt.ts";
import {
  type MessagesRequest,
  type MessagesRequestOptions,
  messagesRequest,
  sentMessagesFields,
} from "#lib/models/messages/messages-request.ts";
import { thoughtMetadata } from "#lib/models/messages/thought-block.ts";
import type { ModelRequest } from "#lib/models/model-request.ts";
import type { ThinkingOptions } from "#lib/models/thinking-options.ts";
import { assistant, call, failure, result, system, tool, user } from "../../../support/model-messages.ts";

const host = "host:1";
const options = { model: "m", host, maxTokens: 4000, allowedTokens: 8000, without: new Set<string>() };
const requestOf = (request: ModelRequest, other: Partial<MessagesRequestOptions> = {}): MessagesRequest =>
  messagesRequest(request, { ...options, ...other });

const thinking = {
  type: "reasoning",
  text: "Hm",
  providerMetadata: thoughtMetadata(host, { signature: "abc=" }),
} as const;
const encrypted = {
  type: "reasoning",
  text: "",
  providerMetadata: thoughtMetadata(host, { redactedData: "xyz=" }),
} as const;
const another = { ...thinking, providerMetadata: thoughtMetadata("other:1", { signature: "abc=" }) };

test("a conversation is turns of blocks, with the instructions apart and marked for the cache", () => {
  const messages = [
    ...[
      system("Be brief."),
      user("What is 2 + 3?", "And 4?"),
      assistant(thinking, encrypted, "5.", call("a")),
    ],
    ...[tool(result("a", "five"), failure("b", "no")), assistant("So.")],
  ];
  assert.deepEqual(requestOf({ messages }), {
    model: "m",
    max_tokens: 4000,
    stream: true,
    cache_control: { type: "ephemeral" },
    system: [{ type: "text", text: "Be brief.", cache_control: { type: "ephemeral" } }],
    messages: [
      {
        role: "user",
        content: [
          { type: "text", text: "What is 2 + 3?" },
          { type: "text", text: "And 4?" },
        ],
      },
      {
        role: "assistant",
        content: [
          { type: "thinking", thinking: "Hm", signature: "abc=" },
          { type: "redacted_thinking", data: "xyz=" },
          { type: "text", text: "5." },
          { type: "tool_use", id: "a", name: "add", input: {} },
        ],
      },
      {
        role: "user",
        content: [
          { type: "tool_result", tool_use_id: "a", content: "five" },
          { type: "tool_result", tool_use_id: "b", content: "no", is_error: true },
        ],
      },
      { role: "assistant", content: [{ type: "text", text: "So." }] },
    ],
  });
});

test("a longer conversation goes on from the bytes of a shorter one", () => {
  const messages = [
    system("S"),
    user("a"),
    assistant(thinking, "b", call("c")),
    tool(result("c")),
    user("d"),
  ];
  const bodies = messages.map((_, at) => JSON.stringify(requestOf({ messages: messages.slice(0, at + 1) })));
  for (const [at, body] of bodies.entries()) {
    const next = bodies[at + 1];
    if (next) assert.ok(next.startsWith(body.replace(/\]\}$/, "")), next);
  }
});

test("a model goes on with its own answer where that stands last, and is told to where it ends with space", () => {
  const messagesOf = (text: string, ...without: string[]) =>
    requestOf({ messages: [user("a"), assistant(text)] }, { without: new Set(without) }).messages;
  const rolesOf = (...args: [string, ...string[]]) => messagesOf(...args).map(({ role }) => role);
  assert.deepEqual(rolesOf("It is fi"), ["user", "assistant"]);
  assert.deepEqual(rolesOf("It is "), ["user", "assistant", "user"]);
  assert.deepEqual(rolesOf("It is fi", "prefill"), ["user", "assistant", "user"]);
  assert.ok(JSON.stringify(messagesOf("It is ").at(-1)).includes(continuationPrompt.slice(0, 20)));
});

test("what this wire refuses is not sent: empty turns, blank texts, ids and names of other wires", () => {
  const messages = [
    ...[system(""), user("a"), assistant(" \n"), assistant("", call("functions.add:0", "math.add", "[1]"))],
    tool(result("functions.add:0")),
  ];
  const { system: instructions, messages: turns } = requestOf({ messages });
  assert.equal(instructions, undefined);
  assert.deepEqual(turns.slice(1), [
    {
      role: "assistant",
      content: [{ type: "tool_use", id: "functions_add_0", name: "math_add", input: {} }],
    },
    { role: "user", content: [{ type: "tool_result", tool_use_id: "functions_add_0", content: "5" }] },
  ]);
});

test("arguments of any depth can be sent", () => {
  const input = `{"a":${"[".repeat(100_000)}${"]".repeat(100_000)}}`;
  const body = JSON.stringify(requestOf({ messages: [assistant(call("a", "add", input))] }));
  assert.match(body, /"input":\{\}/);
});

test("thoughts go back to where they came from, and nowhere else", () => {
  const sent = JSON.stringify(requestOf({ messages: [assistant(another, "5.")] }).messages);
  assert.equal(sent, '[{"role":"assistant","content":[{"type":"text","text":"5."}]}]');
});

describe("what the request asks for", () => {
  const plain = { name: "add", inputSchema: { type: "object" } };
  const cases: [what: string, request: Omit<ModelRequest, "messages">, fields: Partial<MessagesRequest>][] = [
    [
      "tools, with what they are for",
      { tools: [{ ...plain, description: "Adds." }] },
      { tools: [{ name: "add", description: "Adds.", input_schema: { type: "object" } }] },
    ],
    ["no choice without tools", { toolChoice: "required" }, {}],
    ["any tool", { tools: [plain], toolChoice: "required" }, { tool_choice: { type: "any" } }],
    ["no tool", { tools: [plain], toolChoice: "none" }, { tool_choice: { type: "none" } }],
    [
      "one tool",
      { tools: [plain], toolChoice: { toolName: "add" } },
      { tool_choice: { type: "tool", name: "add" } },
    ],
    ["where to stop", { stop: ["END"] }, { stop_sequences: ["END"] }],
    ["how", { temperature: 0, topP: 0.5, seed: 1 }, { temperature: 0, top_p: 0.5 }],
    ["how much", { maxOutputTokens: 9 }, { max_tokens: 9 }],
    [
      "a form",
      { responseFormat: { type: "json-schema", name: "n", schema: { type: "object" } } },
      { output_config: { format: { type: "json_schema", schema: { type: "object" } } } },
    ],
    ["no form that it has none for", { responseFormat: { type: "json-object" } }, {}],
  ];
  for (const [what, request, fields] of cases)
    test(what, () => {
      const without = requestOf({ messages: [user("a")] });
      const tools = fields.tool_choice ? { tools: [{ name: "add", input_schema: { type: "object" } }] } : {};
      assert.deepEqual(requestOf({ messages: [user("a")], ...request }), { ...without, ...tools, ...fields });
    });
});

test("what the endpoint does not take is left out: marks for the cache, thoughts, a choice without tools", () => {
  const tools = [{ name: "add", inputSchema: { type: "object" } }];
  const messages = [system("S"), user("a"), assistant(thinking, "b"), user("c")];
  const request: ModelRequest = { messages, temperature: 1, tools, toolChoice: "required" };
  const sent = sentMessagesFields(requestOf(request));
  assert.deepEqual(sent, [
    "model",
    "stream",
    "cache_control",
    "tools",
    "tool_choice",
    "temperature",
    "messages",
    "thoughts",
  ]);
  const without = new Set(["cache_control", "thoughts", "temperature", "tools"]);
  assert.deepEqual(requestOf(request, { without }), {
    model: "m",
    max_tokens: 4000,
    stream: true,
    system: [{ type: "text", text: "S" }],
    messages: [
      { role: "user", content: [{ type: "text", text: "a" }] },
      { role: "assistant", content: [{ type: "text", text: "b" }] },
      { role: "user", content: [{ type: "text", text: "c" }] },
    ],
  });
});

test("no more is asked for than the model allows", () => {
  assert.equal(requestOf({ messages: [] }, { allowedTokens: 300 }).max_tokens, 300);
  assert.equal(requestOf({ messages: [], maxOutputTokens: 9 }, { allowedTokens: 300 }).max_tokens, 9);
});

describe("thoughts are asked for", () => {
  const asked: [what: string, thinking: ThinkingOptions, fields: object][] = [
    ["not at all, where nothing is said of them", {}, {}],
    ["by a number", { thinkingTokens: 1500 }, { thinking: { type: "enabled", budget_tokens: 1500 } }],
    [
      "by a number that leaves half of the answer",
      { thinkingTokens: 9000 },
      { thinking: { type: "enabled", budget_tokens: 2000 } },
    ],
    [
      "by an effort",
      { reasoningEffort: "high" },
      { thinking: { type: "adaptive" }, output_config: { effort: "high" } },
    ],
    ["or turned off", { reasoningEffort: "none" }, { thinking: { type: "disabled" } }],
  ];
  const request: ModelRequest = { messages: [user("a")] };
  for (const [what, thinking, fields] of asked)
    test(what, () => assert.deepEqual(requestOf(request, thinking), { ...requestOf(request), ...fields }));

  test("not of an answer that is too short for them, nor where the endpoint refuses that", () => {
    const short = requestOf({ ...request, maxOutputTokens: 32 }, { thinkingTokens: 2000 });
    assert.equal(short.thinking, undefined);
    const without = new Set(["thinking"]);
    assert.deepEqual(requestOf(request, { reasoningEffort: "low", without }), requestOf(request));
  });

  test("without what is not allowed beside them: a temperature, a forced tool, an answer to go on with", () => {
    const tools = [{ name: "add", inputSchema: { type: "object" } }];
    const messages = [user("a"), assistant("b")];
    const full: ModelRequest = { messages, tools, toolChoice: "required", temperature: 0, topP: 0.5 };
    const body = requestOf(full, { thinkingTokens: 1500 });
    assert.deepEqual([body.temperature, body.top_p, body.tool_choice], [undefined, undefined, undefined]);
    assert.equal(body.messages.at(-1)?.role, "user");
    const plain = requestOf(full, { reasoningEffort: "none" });
    assert.deepEqual([plain.temperature, plain.tool_choice], [0, { type: "any" }]);
  });
});
