import assert from "node:assert/strict";
import { test } from "node:test";
import type { ModelPart } from "#lib/models/model.ts";
import { createResponsesReader } from "#lib/models/responses/responses-reader.ts";
import type { FinishReason } from "#lib/protocol/run-event.ts";
import { question } from "../../../support/collect-answer.ts";
import { created, ended, functionItems, itemDone } from "../../../support/responses-events.ts";

function read(...frames: (object | string)[]) {
  const context = { host: "host:1", model: "m" };
  const reader = createResponsesReader({ messages: question }, { context, isKept: false });
  const parts: ModelPart[] = [];
  for (const frame of frames)
    reader.readFrame(typeof frame === "string" ? frame : JSON.stringify(frame), "message", parts);
  reader.end(parts);
  return parts;
}

const text = (delta: string): ModelPart => ({ type: "text", delta });
const call = (index: number, toolCallId: string, toolName: string, ...deltas: string[]): ModelPart[] => [
  { type: "tool-call-start", index, toolCallId, toolName },
  ...deltas.map((delta): ModelPart => ({ type: "tool-call-delta", index, delta })),
  { type: "tool-call-end", index },
];
const textEnd: ModelPart = { type: "text-end" };
const end = (reason: FinishReason = "stop"): ModelPart[] => [
  { type: "usage", usage: { inputTokens: 7, outputTokens: 5, source: "provider" } },
  { type: "finish", reason },
];
const messageOf = (...texts: string[]) => ({
  type: "message",
  content: texts.map((each) => ({ type: "output_text", text: each })),
});

const cases: [what: string, frames: (object | string)[], parts: ModelPart[]][] = [
  [
    "texts that come whole, several in one item, are all read, and once",
    [
      ...[created(), { type: "response.output_text.done", output_index: 0, content_index: 0, text: "It " }],
      { type: "response.output_text.done", output_index: 0, content_index: 1, text: "is 5." },
      ...[itemDone(0, messageOf("It ", "is 5.")), ended()],
    ],
    [text("It "), text("is 5."), textEnd, ...end()],
  ],
  [
    "a text in deltas whose number is not its place in the item is read once",
    [
      ...[created(), { type: "response.output_text.delta", output_index: 0, content_index: 7, delta: "5." }],
      { type: "response.output_text.done", output_index: 0, content_index: 0, text: "5." },
      ...[itemDone(0, messageOf("5.")), ended("completed", { output: [messageOf("5.")] })],
    ],
    [text("5."), textEnd, ...end()],
  ],
  [
    "a refusal, or a further text, that only the whole item has is read with it",
    [
      ...[created(), { type: "response.output_text.delta", output_index: 0, content_index: 0, delta: "5." }],
      itemDone(0, {
        ...messageOf("5.", "So."),
        content: [...messageOf("5.", "So.").content, { type: "refusal", refusal: "No." }],
      }),
      ended(),
    ],
    [text("5."), text("So."), { type: "refusal", delta: "No." }, textEnd, ...end()],
  ],
  [
    "a call that only the end has is read there, and what was read before is not again",
    [
      ...[created(), { type: "response.output_text.delta", item_id: "i", delta: "5." }],
      ...[...functionItems(1, "a", "add", "{}")],
      ended("completed", {
        output: [
          ...[
            { ...messageOf("5."), id: "other" },
            { type: "function_call", call_id: "a", name: "add" },
          ],
          { type: "function_call", call_id: "b", name: "sub", arguments: '{"y":2}' },
        ],
      }),
    ],
    [...[text("5."), ...call(0, "a", "add", "{}"), ...call(1, "b", "sub", '{"y":2}')], ...end("tool-calls")],
  ],
  [
    "a call that the end only names otherwise is not read again",
    [
      ...[created(), ...functionItems(0, "a", "add", "{}")],
      ended("completed", { output: [{ type: "function_call", call_id: "z", name: "add", arguments: "{}" }] }),
    ],
    [...call(0, "a", "add", "{}"), ...end("tool-calls")],
  ],
  [
    "arguments may be the value that others send as text",
    [
      ...[created(), itemDone(0, { type: "function_call", call_id: "a", name: "add", arguments: { x: 1 } })],
      { type: "response.output_item.added", output_index: 1, item: { type: "function_call", call_id: "b" } },
      { type: "response.function_call_arguments.done", output_index: 1, arguments: { y: 2 } },
      ...[itemDone(1, { type: "function_call", call_id: "b" }), ended()],
    ],
    [...call(0, "a", "add", '{"x":1}'), ...call(1, "b", "", '{"y":2}'), ...end("tool-calls")],
  ],
  [
    "a ping that is no JSON and a raw tab in a text cost nothing",
    [
      ...[created(), "ping"],
      '{"type":"response.output_text.delta","output_index":0,"delta":"a\tb"}',
      ...[itemDone(0, messageOf("a\tb")), ended()],
    ],
    [text("a\tb"), textEnd, ...end()],
  ],
];
for (const [what, frames, parts] of cases) test(what, () => assert.deepEqual(read(...frames), parts));
