import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { createMessagesReader } from "#lib/models/messages/messages-reader.ts";
import type { ModelPart } from "#lib/models/model.ts";
import { ModelError } from "#lib/models/model-error.ts";
import type { FinishReason } from "#lib/protocol/run-event.ts";
import { question } from "../../../support/collect-answer.ts";
import {
  blockDelta,
  blockStart,
  blockStop,
  messageEnd,
  messageStart,
  redactedBlock,
  textBlock,
  thinkingBlock,
  toolUseBlock,
} from "../../../support/messages-events.ts";

const host = "host:1";
const createReader = () => createMessagesReader({ messages: question }, { host, model: "m" });

/** All that a reader makes of frames, up to their end or its error. */
function read(...frames: (object | string)[]) {
  const reader = createReader();
  const parts: ModelPart[] = [];
  try {
    for (const frame of frames) {
      const data = typeof frame === "string" ? frame : JSON.stringify(frame);
      reader.readFrame(data, "message", parts);
    }
    reader.end(parts);
    return { parts, reader };
  } catch (error) {
    assert.ok(error instanceof ModelError);
    return { parts, reader, error };
  }
}

const text = (delta: string): ModelPart => ({ type: "text", delta });
const thought = (delta: string): ModelPart => ({ type: "reasoning", delta });
const call = (index: number, toolCallId: string, toolName: string, ...deltas: string[]): ModelPart[] => [
  { type: "tool-call-start", index, toolCallId, toolName },
  ...deltas.map((delta): ModelPart => ({ type: "tool-call-delta", index, delta })),
];
const given = (fields: object): ModelPart => ({
  type: "reasoning-end",
  providerMetadata: { anthropic: { host, ...fields } },
});
const end = (reason: FinishReason = "stop", outputTokens = 5): ModelPart[] => [
  { type: "usage", usage: { inputTokens: 7, outputTokens, source: "provider" } },
  { type: "finish", reason },
];
const begin: ModelPart = { type: "usage", usage: { inputTokens: 7, source: "provider" } };
const failedToolResult = {
  type: "web_search_tool_result",
  tool_use_id: "s",
  content: { type: "web_search_tool_result_error", error_code: "max_uses_exceeded", message: "no more" },
};
const toolResult = { type: "web_search_tool_result", tool_use_id: "s", content: [{ title: "x" }] };

const cases: [what: string, frames: (object | string)[], parts: ModelPart[]][] = [
  [
    "texts are read as they come, and blocks that follow each other are one text",
    [messageStart(), { type: "ping" }, ...textBlock(0, "It ", "is "), ...textBlock(1, "5."), ...messageEnd()],
    [begin, text("It "), text("is "), text("5."), ...end()],
  ],
  [
    "the name that the provider gives to its model is passed on",
    [messageStart({}, { model: " big-2 " }), ...textBlock(0, "5."), { type: "message_stop" }],
    [{ type: "model", name: "big-2" }, text("5."), { type: "finish", reason: "stop" }],
  ],
  [
    "each thought ends with its signature, and one that is encrypted has nothing else",
    [
      ...[messageStart(), ...thinkingBlock(0, "abc=", "Hm, ", "well."), ...redactedBlock(1, "xyz=")],
      ...[...thinkingBlock(2, "def="), ...textBlock(3, "5."), ...messageEnd()],
    ],
    [
      ...[begin, thought("Hm, "), thought("well."), given({ signature: "abc=" })],
      ...[given({ redactedData: "xyz=" }), given({ signature: "def=" }), text("5."), ...end()],
    ],
  ],
  [
    "a thought without a signature ends all the same",
    [messageStart(), ...thinkingBlock(0, "", "Hm"), ...messageEnd()],
    [begin, thought("Hm"), { type: "reasoning-end" }, ...end()],
  ],
  [
    "calls are numbered by themselves; arguments come in deltas, whole with the call, or not at all",
    [
      ...[messageStart(), ...textBlock(0, "Let me see."), ...toolUseBlock(1, "a", "add", "", '{"x":', "1}")],
      ...[blockStart(2, { type: "tool_use", id: "b", name: "sub", input: { y: 2 } }), blockStop(2)],
      ...[...toolUseBlock(3, "c", "now", ""), ...messageEnd("tool_use")],
    ],
    [
      ...[begin, text("Let me see."), ...call(0, "a", "add", '{"x":', "1}")],
      ...[...call(1, "b", "sub", '{"y":2}'), ...call(2, "c", "now", "{}"), ...end("tool-calls")],
    ],
  ],
  [
    "what the provider's own tools do is left out, and the text behind it begins anew",
    [
      ...[messageStart(), ...textBlock(0, "I look."), blockStart(1, { type: "server_tool_use", id: "s" })],
      ...[blockDelta(1, { type: "input_json_delta", partial_json: '{"q":1}' }), blockStop(1)],
      ...[blockStart(2, toolResult), blockStop(2), ...textBlock(3, "Found."), ...messageEnd()],
    ],
    [begin, text("I look."), { type: "text-end" }, { type: "text-end" }, text("Found."), ...end()],
  ],
  [
    "one of them that fails is left out too, whoever runs it",
    [
      ...[messageStart(), blockStart(0, { type: "mcp_tool_use", id: "t", name: "echo", input: {} })],
      ...[
        blockStop(0),
        blockStart(1, { type: "mcp_tool_result", is_error: true, content: [] }),
        blockStop(1),
      ],
      ...[blockStart(2, failedToolResult), blockStop(2), ...textBlock(3, "No luck."), ...messageEnd()],
    ],
    [begin, { type: "text-end" }, { type: "text-end" }, { type: "text-end" }, text("No luck."), ...end()],
  ],
  [
    "blocks, deltas, events and fields that are not known cost nothing that stands beside them",
    [
      ...[messageStart({ input_tokens: "x" }), { type: "content_block_delta", index: 0, delta: null }],
      ...[
        blockStart(0, { type: "hologram" }),
        blockDelta(0, { type: "light_delta", light: {} }),
        blockStop(0),
      ],
      ...[{ type: "from_tomorrow", x: 1 }, blockStart(1, { type: "text", text: true })],
      ...[blockDelta(1, { type: "text_delta", text: { a: 1 } }), blockDelta(1, { type: "citations_delta" })],
      ...[blockDelta(1, { type: "text_delta", text: "5." }), blockStop(1), blockStop(9)],
      { type: "message_delta", delta: { stop_reason: "end_turn" }, usage: 3 },
    ],
    [{ type: "text-end" }, text("5."), { type: "finish", reason: "stop" }],
  ],
  [
    "an endpoint that begins no block, numbers none and ends none is read all the same",
    [
      messageStart(),
      { type: "content_block_delta", delta: { type: "thinking_delta", thinking: "Hm" } },
      { type: "content_block_start", content_block: { type: "text", text: "It is " } },
      { type: "content_block_delta", delta: { type: "text_delta", text: "5." } },
      { type: "content_block_start", content_block: { type: "tool_use", name: "add", input: {} } },
      { type: "content_block_delta", delta: { type: "input_json_delta", partial_json: "{}" } },
      ...messageEnd("tool_use"),
    ],
    [
      ...[begin, thought("Hm"), { type: "reasoning-end" } as const, text("It is "), text("5.")],
      ...[...call(0, "toolu_15_0", "add", "{}"), ...end("tool-calls")],
    ],
  ],
  [
    "half a character waits for its other half",
    [messageStart(), ...textBlock(0, "a\ud83d", "\ude00", "b\ud83d"), ...messageEnd()],
    [begin, text("a"), text("😀"), text("b"), text("\ufffd"), ...end()],
  ],
  [
    "a message that follows another goes on with the answer",
    [
      ...[messageStart(), ...textBlock(0, "One."), ...toolUseBlock(1, "a", "add", "{}")],
      ...[...messageEnd("tool_use"), messageStart(), ...textBlock(0, "Two."), ...messageEnd()],
    ],
    [
      ...[begin, text("One."), ...call(0, "a", "add", "{}"), ...end("tool-calls").slice(0, 1)],
      ...[begin, text("Two."), ...end()],
    ],
  ],
  [
    "behind the end nothing can break the answer",
    [messageStart(), ...textBlock(0, "5."), ...messageEnd(), "[DONE]", "junk", { type: "error", error: {} }],
    [begin, text("5."), ...end()],
  ],
  [
    "nor can another beginning that has nothing",
    [messageStart(), ...textBlock(0, "5."), ...messageEnd(), { type: "message_start", message: null }],
    [begin, text("5."), ...end()],
  ],
  [
    "unless the model says more: then that was no end",
    [
      messageStart(),
      ...textBlock(0, "5."),
      ...messageEnd(),
      { type: "message_start" },
      ...textBlock(0, "So"),
    ],
    [begin, text("5."), ...end().slice(0, 1), text("So")],
  ],
  [
    "a reason that comes before the last text is that of the end all the same",
    [
      ...[messageStart(), ...textBlock(0, "It is "), ...messageEnd("max_tokens").slice(0, 1)],
      ...[...textBlock(1, "5."), { type: "message_stop" }],
    ],
    [begin, text("It is "), ...end().slice(0, 1), text("5."), { type: "finish", reason: "length" }],
  ],
  [
    "blocks and deltas without a type are what they have, and a delta may be its text itself",
    [
      ...[messageStart(), blockStart(0, { thinking: "" }), blockDelta(0, { thinking: "Hm" })],
      ...[blockDelta(0, { signature: "abc=" }), blockStop(0), blockStart(1, { text: "" })],
      ...[blockDelta(1, { text: "It is " }), { ...blockDelta(1, {}), delta: "5." }, blockStop(1)],
      ...[blockStart(2, { id: "a", name: "add" }), blockDelta(2, { partial_json: "{}" })],
      ...messageEnd("tool_use"),
    ],
    [
      ...[begin, thought("Hm"), given({ signature: "abc=" }), text("It is "), text("5.")],
      ...[...call(0, "a", "add", "{}"), ...end("tool-calls")],
    ],
  ],
  [
    "a block that is not understood costs nothing of its deltas",
    [
      ...[messageStart(), { type: "content_block_start", index: 0, content_block: "x" }],
      ...[blockDelta(0, { type: "text_delta", text: "It is " }), blockStop(0), blockStart(1, { type: [] })],
      ...[blockDelta(1, { type: "text_delta", text: "5." }), blockStop(1), ...messageEnd()],
    ],
    [begin, text("It is "), text("5."), ...end()],
  ],
  [
    "a message that begins with its content, and has no blocks, is read",
    [messageStart({}, { content: [{ type: "text", text: "5." }] }), { type: "message_stop" }],
    [text("5."), { type: "finish", reason: "stop" }],
  ],
  [
    "one that has blocks too is read once",
    [
      messageStart({}, { content: [{ type: "text", text: "5." }] }),
      ...textBlock(0, "5."),
      { type: "message_stop" },
    ],
    [text("5."), { type: "finish", reason: "stop" }],
  ],
  [
    "usage that comes with the end counts too",
    [messageStart({}), ...textBlock(0, "5."), { type: "message_stop", usage: { output_tokens: 5 } }],
    [
      ...[text("5."), { type: "usage", usage: { outputTokens: 5, source: "provider" } } as const],
      { type: "finish", reason: "stop" },
    ],
  ],
  [
    "an end without a reason is one",
    [messageStart(), ...textBlock(0, "5."), { type: "message_stop" }],
    [begin, text("5."), { type: "finish", reason: "stop" }],
  ],
  ["a stream that stops has no end", [messageStart(), ...textBlock(0, "5.")], [begin, text("5.")]],
  [
    "nor has one whose second message stops",
    [messageStart(), ...textBlock(0, "a"), ...messageEnd(), messageStart(), blockStart(0, { type: "text" })],
    [begin, text("a"), ...end().slice(0, 1), begin],
  ],
];

for (const [what, frames, parts] of cases)
  test(what, () => {
    const result = read(...frames);
    assert.equal(result.error, undefined);
    assert.deepEqual(result.parts, parts);
  });

describe("why it ended", () => {
  for (const [reason, finish] of [
    ["end_turn", "stop"],
    ["stop_sequence", "stop"],
    ["max_tokens", "length"],
    ["model_context_window_exceeded", "length"],
    ["pause_turn", "length"],
    ["tool_use", "tool-calls"],
    ["refusal", "content-filter"],
    ["MAX_TOKENS", "length"],
    ["tool_calls", "tool-calls"],
    ["SAFETY", "content-filter"],
    ["from_tomorrow", "other"],
  ] as const)
    test(`${reason} is ${finish}`, () => {
      const { parts, reader } = read(messageStart(), ...messageEnd(reason));
      assert.deepEqual(parts.at(-1), { type: "finish", reason: finish });
      assert.ok(reader.isFinished);
    });
});

test("a reason that says it failed is a failure, and keeps what was read", () => {
  const { parts, error } = read(messageStart(), ...textBlock(0, "so far"), ...messageEnd("error"));
  assert.deepEqual(parts, [begin, text("so far"), ...end().slice(0, 1)]);
  assert.deepEqual([error?.code, error?.retryable], ["provider-failed", true]);
});

describe("errors in mid-answer keep what was read", () => {
  for (const [type, code, retryable] of [
    ["overloaded_error", "provider-failed", true],
    ["api_error", "provider-failed", true],
    ["rate_limit_error", "rate-limited", true],
    ["authentication_error", "key-rejected", false],
    ["invalid_request_error", "request-refused", false],
  ] as const)
    test(`${type} is ${code}`, () => {
      const error = { type: "error", error: { type, message: "Sorry." } };
      const result = read(messageStart(), ...textBlock(0, "so far"), error);
      assert.deepEqual(result.parts, [begin, text("so far")]);
      assert.deepEqual([result.error?.code, result.error?.retryable], [code, retryable]);
    });

  test("so do frames that are no JSON, or of another wire", () => {
    for (const frame of ["<html>", '"text"', { choices: [{ delta: { content: "a" } }] }]) {
      const result = read(messageStart(), ...textBlock(0, "so far"), frame);
      assert.equal(result.error?.code, "bad-response");
      assert.deepEqual(result.parts, [begin, text("so far")]);
    }
  });
});

describe("one document in place of a stream", () => {
  const readDocument = (document: object | string) => {
    const reader = createReader();
    const parts: ModelPart[] = [];
    reader.readDocument(typeof document === "string" ? document : JSON.stringify(document), parts);
    reader.end(parts);
    return parts;
  };

  test("a message is the answer", () => {
    const content = [
      { type: "thinking", thinking: "Hm", signature: "abc=" },
      { type: "text", text: "5." },
      { type: "tool_use", id: "a", name: "add", input: { x: 1 } },
    ];
    const usage = { input_tokens: 7, output_tokens: 5 };
    assert.deepEqual(readDocument({ type: "message", content, usage, stop_reason: "tool_use" }), [
      ...[thought("Hm"), given({ signature: "abc=" }), text("5.")],
      ...[...call(0, "a", "add", '{"x":1}'), ...end("tool-calls")],
    ]);
  });

  test("one that is its text alone is, too", () => {
    assert.deepEqual(readDocument({ type: "message", content: "5." }), [
      text("5."),
      { type: "finish", reason: "stop" },
    ]);
  });

  test("an error is one, and anything else is no answer", () => {
    const codes: [document: object | string, code: string][] = [
      [{ type: "error", error: { type: "overloaded_error" } }, "provider-failed"],
      [{ hello: 1 }, "bad-response"],
      ["{", "bad-response"],
    ];
    for (const [document, code] of codes)
      assert.throws(() => readDocument(document), { name: "ModelError", code });
  });
});

test("an input that is nested too deep to be written costs its own call alone", () => {
  const depth = 100_000;
  const deep = `${'{"a":'.repeat(depth)}1${"}".repeat(depth)}`;
  const start = `{"type":"content_block_start","index":0,"content_block":{"type":"tool_use","id":"a","name":"add","input":${deep}}}`;
  const { parts, error } = read(messageStart(), start, blockStop(0), ...textBlock(1, "5."), ...messageEnd());
  assert.equal(error, undefined);
  const spoiled = call(0, "a", "add", "(nested too deep to be written)");
  assert.deepEqual(parts.slice(1, 4), [...spoiled, text("5.")]);
});

test("a ping that is no JSON and a raw tab in a text cost nothing", () => {
  const tabbed = JSON.stringify(blockDelta(0, { type: "text_delta", text: "a|b" })).replace("|", "\t");
  const { parts, error } = read(messageStart(), ...textBlock(0, "5."), "ping", tabbed, ...messageEnd());
  assert.equal(error, undefined);
  assert.deepEqual(parts.slice(1, 3), [text("5."), text("a\tb")]);
});

test("a thought that no stop ends has its signature before what follows, and calls may come by turns", () => {
  const { parts } = read(
    ...[messageStart(), blockStart(0, { type: "thinking", thinking: "Hm" })],
    blockDelta(0, { type: "signature_delta", signature: "s" }),
    ...[blockStart(1, { type: "text", text: "5." })],
    ...[blockStart(2, { type: "tool_use", id: "a", name: "add", input: {} })],
    ...[blockStart(3, { type: "tool_use", id: "b", name: "sub", input: {} })],
    ...[2, 3].map((index) => blockDelta(index, { type: "input_json_delta", partial_json: "{}" })),
    ...messageEnd(),
  );
  assert.deepEqual(parts.slice(1, 8), [
    ...[thought("Hm"), given({ signature: "s" }), text("5.")],
    ...[...call(0, "a", "add"), ...call(1, "b", "sub")],
    ...[0, 1].map((index) => ({ type: "tool-call-delta", index, delta: "{}" })),
  ]);
});
