import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { ModelPart } from "#lib/models/model.ts";
import { ModelError } from "#lib/models/model-error.ts";
import type { ModelRequest } from "#lib/models/model-request.ts";
import { createResponsesReader } from "#lib/models/responses/responses-reader.ts";
import type { FinishReason } from "#lib/protocol/run-event.ts";
import { question } from "../../../support/collect-answer.ts";
import {
  created,
  ended,
  functionItems,
  itemDone,
  messageItems,
  numberedFrom,
  reasoningItemOf,
  reasoningItems,
  refusalItems,
} from "../../../support/responses-events.ts";

const host = "host:1";
type Resume = NonNullable<ModelRequest["resume"]>;
const createReader = (resume?: Resume, isKept = true) =>
  createResponsesReader(
    { messages: question, ...(resume && { resume }) },
    { context: { host, model: "m" }, isKept },
  );

/** All that a reader makes of frames, up to their end or its error. */
function readBy(reader: ReturnType<typeof createReader>, ...frames: (object | string)[]) {
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
const read = (...frames: (object | string)[]) => readBy(createReader(), ...frames);

const text = (delta: string, cursor?: number): ModelPart => ({
  type: "text",
  delta,
  ...(cursor !== undefined && { cursor }),
});
const thought = (delta: string): ModelPart => ({ type: "reasoning", delta });
const call = (index: number, toolCallId: string, toolName: string, ...deltas: string[]): ModelPart[] => [
  { type: "tool-call-start", index, toolCallId, toolName },
  ...deltas.map((delta): ModelPart => ({ type: "tool-call-delta", index, delta })),
  { type: "tool-call-end", index },
];
const kept: ModelPart = { type: "response", responseId: "resp_1" };
const textEnd: ModelPart = { type: "text-end" };
const thoughtEnd: ModelPart = { type: "reasoning-end" };
const end = (reason: FinishReason = "stop"): ModelPart[] => [
  { type: "usage", usage: { inputTokens: 7, outputTokens: 5, source: "provider" } },
  { type: "finish", reason },
];
const encrypted = { encrypted_content: "gAAA=", status: null };

const cases: [what: string, frames: (object | string)[], parts: ModelPart[]][] = [
  [
    "texts are read as they come, and each message is one",
    [created(), ...messageItems(0, ["It ", "is 5."]), ...messageItems(1, ["So."]), ended()],
    [kept, text("It "), text("is 5."), textEnd, text("So."), textEnd, ...end()],
  ],
  [
    "the name that the provider gives to its model is passed on",
    [created({ model: "big-2" }), ...messageItems(0, ["5."]), ended()],
    [{ type: "model", name: "big-2" }, kept, text("5."), textEnd, ...end()],
  ],
  [
    "each summary of a thought is a part, and the last of them ends with the whole item, if it is encrypted",
    [
      ...[created(), ...reasoningItems(0, [["Hm, ", "well."], ["So."]], encrypted)],
      ...[...reasoningItems(1, [], encrypted), ...reasoningItems(2, [["Plain."]])],
      ...[...messageItems(3, ["5."]), ended()],
    ],
    [
      ...[kept, thought("Hm, "), thought("well."), thoughtEnd, thought("So.")],
      {
        type: "reasoning-end",
        providerMetadata: {
          openai: { host, item: { ...reasoningItemOf([["Hm, ", "well."], ["So."]], encrypted) } },
        },
      },
      {
        type: "reasoning-end",
        providerMetadata: { openai: { host, item: { ...reasoningItemOf([], encrypted) } } },
      },
      ...[thought("Plain."), thoughtEnd, text("5."), textEnd, ...end()],
    ],
  ],
  [
    "thoughts in full are thoughts too",
    [
      ...[created(), { type: "response.reasoning_text.delta", output_index: 0, delta: "Hm" }],
      itemDone(0, { type: "reasoning", content: [{ type: "reasoning_text", text: "Hm" }] }),
      ...[...messageItems(1, ["5."]), ended()],
    ],
    [kept, thought("Hm"), thoughtEnd, text("5."), textEnd, ...end()],
  ],
  [
    "calls are numbered by themselves; arguments come in deltas, whole at the end, or not at all",
    [
      ...[created(), ...functionItems(0, "a", "add", '{"x":', "1}")],
      itemDone(1, { type: "function_call", call_id: "b", name: "sub", arguments: '{"y":2}' }),
      ...[...functionItems(2, "c", "now"), ended()],
    ],
    [
      ...[kept, ...call(0, "a", "add", '{"x":', "1}"), ...call(1, "b", "sub", '{"y":2}')],
      ...[...call(2, "c", "now", "{}"), ...end("tool-calls")],
    ],
  ],
  [
    "a refusal is one",
    [created(), ...refusalItems(0, "I would ", "rather not."), ended()],
    [
      ...[
        kept,
        { type: "refusal", delta: "I would " } as const,
        { type: "refusal", delta: "rather not." } as const,
      ],
      ...[textEnd, ...end()],
    ],
  ],
  [
    "what the model says of a text is given back with it",
    [created(), ...messageItems(0, ["I look."], { phase: "commentary" }), ended()],
    [
      ...[kept, text("I look.")],
      { type: "text-end", providerMetadata: { openai: { host, phase: "commentary" } } },
      ...end(),
    ],
  ],
  [
    "items, events and fields that are not known cost nothing that stands beside them",
    [
      ...[
        created(),
        { type: "response.output_item.added", output_index: 0, item: { type: "web_search_call" } },
      ],
      ...[
        { type: "response.mcp_call.failed", output_index: 0 },
        itemDone(0, { type: "mcp_call", status: "failed", error: { code: 500, message: "no" } }),
      ],
      ...[
        { type: "response.from_tomorrow", delta: "x" },
        { type: "keepalive" },
        itemDone(1, { type: "hologram" }),
      ],
      ...[{ type: "response.output_text.delta", output_index: 2, delta: { a: 1 } }, itemDone(3, [])],
      ...[
        ...messageItems(4, ["5."]),
        ended("completed", { usage: { input_tokens: "x", output_tokens: -1 } }),
      ],
    ],
    [kept, text("5."), textEnd, { type: "finish", reason: "stop" }],
  ],
  [
    "an endpoint that gives an item another id with every event, and no number, is read all the same",
    [
      created(),
      { type: "response.output_item.added", item: { type: "function_call", name: "add", arguments: "" } },
      { type: "response.function_call_arguments.delta", delta: "{}" },
      { type: "response.output_item.done", item: { type: "function_call", name: "add", arguments: "{}" } },
      ended(),
    ],
    [kept, ...call(0, "call_15_0", "add", "{}"), ...end("tool-calls")],
  ],
  [
    "one that sends no deltas, or nothing but the end, is too",
    [created(), itemDone(0, { type: "message", content: [{ type: "output_text", text: "5." }] }), ended()],
    [kept, text("5."), textEnd, ...end()],
  ],
  [
    "one that says texts and arguments whole, and leaves them out where the item ends, is too",
    [
      ...[created(), { type: "response.output_text.done", output_index: 0, text: "5." }],
      itemDone(0, { type: "message", content: [] }),
      { type: "response.output_item.added", output_index: 1, item: { type: "function_call", call_id: "a" } },
      { type: "response.function_call_arguments.done", output_index: 1, arguments: '{"x":1}' },
      ...[itemDone(1, { type: "function_call", call_id: "a", arguments: "" }), ended()],
    ],
    [kept, text("5."), textEnd, ...call(0, "a", "", '{"x":1}'), ...end("tool-calls")],
  ],
  [
    "nothing but the end",
    [
      ended("completed", {
        output: [
          { type: "reasoning", summary: [{ text: "Hm" }] },
          { type: "message", content: [{ type: "output_text", text: "5." }] },
          { type: "function_call", call_id: "a", name: "add", arguments: "{}" },
        ],
      }),
    ],
    [thought("Hm"), thoughtEnd, text("5."), textEnd, ...call(0, "a", "add", "{}"), ...end("tool-calls")],
  ],
  [
    "half a character waits for its other half",
    [created(), ...messageItems(0, ["a\ud83d", "\ude00", "b\ud83d"]), ended()],
    [kept, text("a😀"), text("b\ufffd"), textEnd, ...end()],
  ],
  [
    "a response that follows another goes on with the answer",
    [
      ...[created(), ...functionItems(0, "a", "add", "{}"), ended()],
      ...[created({ id: "resp_2" }), ...messageItems(0, ["5."]), ended()],
    ],
    [
      ...[kept, ...call(0, "a", "add", "{}"), ...end().slice(0, 1)],
      ...[{ type: "response", responseId: "resp_2" } as const, text("5."), textEnd, ...end()],
    ],
  ],
  [
    "behind the end nothing can break the answer",
    [
      ...[created(), ...messageItems(0, ["5."]), ended(), "[DONE]", "junk", { type: "error", message: "x" }],
      ended("failed", { error: { code: "server_error", message: "x" }, usage: null }),
    ],
    [kept, text("5."), textEnd, ...end()],
  ],
  ["a stream that stops has no end", [created(), ...messageItems(0, ["5."])], [kept, text("5."), textEnd]],
];

for (const [what, frames, parts] of cases)
  test(what, () => {
    const result = read(...frames);
    assert.equal(result.error, undefined);
    assert.deepEqual(result.parts, parts);
  });

describe("why it ended", () => {
  for (const [reason, finish] of [
    ["max_output_tokens", "length"],
    ["content_filter", "content-filter"],
    ["model_length", "length"],
    ["from_tomorrow", "other"],
    [undefined, "other"],
  ] as const)
    test(`incomplete for ${reason} is ${finish}`, () => {
      const { parts, reader } = read(
        created(),
        ended("incomplete", { incomplete_details: reason && { reason } }),
      );
      assert.deepEqual(parts.at(-1), { type: "finish", reason: finish });
      assert.ok(reader.isFinished);
    });
});

describe("errors in mid-answer keep what was read, and what it cost", () => {
  const failed = (code: string) => ended("failed", { error: { code, message: "Sorry." } });
  for (const [what, frame, code, retryable] of [
    ["a failed response", failed("server_error"), "provider-failed", true],
    ["one of too many", failed("rate_limit_exceeded"), "rate-limited", true],
    ["an error", { type: "error", code: "server_error", message: "Sorry." }, "provider-failed", true],
    ["an error in an error", { type: "error", error: { type: "server_error" } }, "provider-failed", true],
    ["a bare error", { error: { message: "Sorry.", code: "rate_limit_exceeded" } }, "rate-limited", true],
    ["a cancelled response", ended("cancelled"), "cut-off", true],
    [
      "an incomplete one that failed",
      ended("incomplete", { incomplete_details: { reason: "network_error" } }),
      ...(["provider-failed", true] as const),
    ],
    ["a frame that is no JSON", "<html>", "bad-response", false],
    ["one of another wire", { choices: [] }, "bad-response", false],
  ] as const)
    test(`${what} is ${code}`, () => {
      const result = read(created(), ...messageItems(0, ["so far"]), frame);
      assert.deepEqual(result.parts.slice(0, 3), [kept, text("so far"), textEnd]);
      assert.deepEqual([result.error?.code, result.error?.retryable], [code, retryable]);
      if (typeof frame === "object" && "response" in frame) assert.deepEqual(result.parts[3], end()[0]);
    });
});

describe("an answer that the endpoint keeps", () => {
  const whole = numberedFrom(
    0,
    ...[created(), ...reasoningItems(0, [["Hm"]], encrypted), ...messageItems(1, ["It ", "is 😀."])],
    ...[...functionItems(2, "a", "add", '{"x":', "1}"), ...messageItems(3, ["So."])],
    ended("completed", { output: [{ type: "message" }, { type: "function_call", call_id: "a" }] }),
  );
  const resumed = (cursor: number) =>
    readBy(createReader({ responseId: "resp_1", cursor }), ...whole.slice(cursor + 1)).parts;

  test("is named first, and each text says how far it has been read with it", () => {
    const { parts, reader } = read(...whole);
    assert.equal(reader.responseId, "resp_1");
    assert.deepEqual(
      parts.flatMap((part) => ("cursor" in part ? [[part.type, part.cursor]] : [])),
      [
        ...[
          ["reasoning", 3],
          ["reasoning-end", 4],
          ["text", 6],
          ["text", 7],
          ["text-end", 8],
        ],
        ...[
          ["text", 14],
          ["text-end", 15],
        ],
      ],
    );
  });

  test("is not, where the endpoint says that it does not keep it, or was not asked to", () => {
    for (const [reader, event] of [
      [createReader(), created({ background: false })],
      [createReader(undefined, false), created()],
    ] as const) {
      const { parts } = readBy(reader, ...numberedFrom(0, event, ...messageItems(0, ["5."])));
      assert.deepEqual(parts, [text("5."), textEnd]);
    }
  });

  test("goes on behind any cursor: what was read before and what comes now are the whole", () => {
    const { parts } = read(...whole);
    for (const [at, part] of parts.entries()) {
      if (!("cursor" in part) || part.cursor === undefined) continue;
      const both = [...parts.slice(0, at + 1), ...resumed(part.cursor)];
      const textsOf = (list: readonly ModelPart[], type: string) =>
        list.flatMap((each) => (each.type === type && "delta" in each ? [each.delta] : [])).join("");
      for (const type of ["text", "reasoning"]) assert.equal(textsOf(both, type), textsOf(parts, type));
      assert.deepEqual(both.at(-1), parts.at(-1));
      assert.ok(!resumed(part.cursor).some(({ type }) => type === "response"));
    }
  });

  test("says a call that was open at the cursor once more, from its first character", () => {
    const after = resumed(10).filter(({ type }) => type.startsWith("tool-call"));
    assert.deepEqual(after, call(0, "a", "add", '{"x":1}'));
  });

  test("that comes as one document cannot be told from what was read of it", () => {
    const document = JSON.stringify({ object: "response", status: "completed", output: [] });
    const reader = createReader({ responseId: "resp_1", cursor: 7 });
    assert.throws(() => reader.readDocument(document, []), {
      code: "cut-off",
      facts: { host, reason: "forgotten" },
    });
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
  const output = [{ type: "message", content: [{ type: "output_text", text: "5." }] }];

  test("a response is the answer", () => {
    const usage = { input_tokens: 7, output_tokens: 5 };
    assert.deepEqual(readDocument({ id: "resp_1", object: "response", status: "completed", output, usage }), [
      ...[kept, text("5."), textEnd, ...end()],
    ]);
  });

  test("one that has its text alone is, too", () => {
    const document = { object: "response", status: "completed", output_text: "5.", output: [] };
    assert.deepEqual(readDocument(document), [text("5."), textEnd, { type: "finish", reason: "stop" }]);
  });

  test("one that is not ready yet has no end", () => {
    const document = { id: "resp_1", object: "response", status: "queued", output: [] };
    assert.deepEqual(readDocument(document), [kept]);
  });

  test("an error is one, and anything else is no answer", () => {
    const codes: [document: object | string, code: string][] = [
      [{ error: { code: "server_error" } }, "provider-failed"],
      [
        { object: "response", status: "failed", error: { code: "server_error" }, output: [] },
        "provider-failed",
      ],
      [{ hello: 1 }, "bad-response"],
      ["{", "bad-response"],
    ];
    for (const [document, code] of codes)
      assert.throws(() => readDocument(document), { name: "ModelError", code });
  });
});
