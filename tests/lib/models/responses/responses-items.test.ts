import assert from "node:assert/strict";
import { test } from "node:test";
import type { ModelPart } from "#lib/models/model.ts";
import { createResponsesReader } from "#lib/models/responses/responses-reader.ts";
import type { FinishReason } from "#lib/protocol/run-event.ts";
import { question } from "../../../support/collect-answer.ts";
import {
  created,
  ended,
  functionItems,
  itemDone,
  reasoningItemOf,
} from "../../../support/responses-events.ts";

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

const textDelta = (delta: string, fields: object = { output_index: 0 }) => ({
  type: "response.output_text.delta",
  delta,
  ...fields,
});
const thought = (delta: string): ModelPart => ({ type: "reasoning", delta });
const long = "It is a long answer. ".repeat(400);

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
  [
    "a call that is named where it ends is announced there, with the id that it has then",
    [
      ...[
        created(),
        { type: "response.output_item.added", output_index: 0, item: { type: "function_call" } },
      ],
      { type: "response.function_call_arguments.delta", output_index: 0, delta: '{"x"' },
      { type: "response.function_call_arguments.delta", output_index: 0, delta: ":1}" },
      itemDone(0, { type: "function_call", call_id: "a", name: "add", arguments: '{"x":1}' }),
      ended(),
    ],
    [...call(0, "a", "add", '{"x":1}'), ...end("tool-calls")],
  ],
  [
    "events by their older names, and deltas in an object, are read as by the newer ones",
    [
      ...[created(), { type: "response.reasoning.delta", output_index: 0, delta: "Hm" }],
      { type: "response.reasoning_summary.delta", output_index: 0, delta: { text: ", well." } },
      { type: "response.text.delta", output_index: 1, delta: "It " },
      { type: "response.content_part.delta", output_index: 1, delta: "is " },
      {
        type: "response.content_part.delta",
        ...{ output_index: 1, delta: { type: "output_text", text: "5." } },
      },
      ...[itemDone(1, messageOf("It is 5.")), { ...ended(), type: "response.done" }, "[DONE]"],
    ],
    [thought("Hm"), thought(", well."), text("It "), text("is "), text("5."), textEnd, ...end()],
  ],
  [
    "a call that is said once more behind its end is read once; where none has a name, each is another",
    [
      ...[created(), ...functionItems(0, "a", "add", "{}"), functionItems(0, "a", "add").at(-1) ?? {}],
      itemDone(1, { type: "function_call", name: "sub", arguments: "{}" }),
      itemDone(1, { type: "function_call", name: "sub", arguments: "{}" }),
      ended(),
    ],
    [
      ...[...call(0, "a", "add", "{}"), ...call(1, "call_15_1", "sub", "{}")],
      ...[...call(2, "call_15_2", "sub", "{}"), ...end("tool-calls")],
    ],
  ],
];
for (const [what, frames, parts] of cases) test(what, () => assert.deepEqual(read(...frames), parts));

/** What the deltas left out of a text, by the event that has the whole of it. */
const wholes: [what: string, frames: (object | string)[], parts: ModelPart[]][] = [
  [
    "the text's own end",
    [textDelta("It is "), { type: "response.output_text.done", output_index: 0, text: "It is 5." }],
    [text("It is "), text("5.")],
  ],
  [
    "the end of its content",
    [
      textDelta("It is ", { output_index: 0, content_index: 0 }),
      {
        ...{ type: "response.content_part.done", output_index: 0, content_index: 0 },
        part: { type: "output_text", text: "It is 5." },
      },
    ],
    [text("It is "), text("5.")],
  ],
  [
    "the end of its item",
    [textDelta("It is "), itemDone(0, messageOf("It is 5."))],
    [text("It is "), text("5."), textEnd],
  ],
  [
    "the end of its item, of several contents",
    [
      textDelta("It ", { output_index: 0, content_index: 0 }),
      textDelta("i", { output_index: 0, content_index: 1 }),
      itemDone(0, messageOf("It ", "is ", "5.")),
    ],
    [text("It "), text("i"), text("s "), text("5."), textEnd],
  ],
  [
    "the end of its item, where it is numbered otherwise",
    [textDelta("It is ", { output_index: 0, content_index: 7 }), itemDone(0, messageOf("It is 5."))],
    [text("It is "), text("5."), textEnd],
  ],
  [
    "the end of the response",
    [textDelta("It is "), ended("completed", { output: [messageOf("It is 5.")] })],
    [text("It is "), text("5.")],
  ],
  [
    "the end of the response, by its name",
    [
      textDelta("It is ", { item_id: "i" }),
      ended("completed", { output: [{ type: "reasoning" }, { ...messageOf("It is 5."), id: "i" }] }),
    ],
    [text("It is "), text("5.")],
  ],
  [
    "the end of its item, however long it is",
    [textDelta(long), textDelta("And"), itemDone(0, messageOf(`${long}And so on.`))],
    [text(long), text("And"), text(" so on."), textEnd],
  ],
  [
    "the end of its item, in mid-character",
    [textDelta("\ud83d"), itemDone(0, messageOf("\ud83d\ude00."))],
    [text("😀."), textEnd],
  ],
  [
    "the end of a refusal",
    [
      { type: "response.refusal.delta", output_index: 0, delta: "I would " },
      { type: "response.refusal.done", output_index: 0, refusal: "I would not." },
    ],
    [
      { type: "refusal", delta: "I would " },
      { type: "refusal", delta: "not." },
    ],
  ],
  [
    "the end of a thought, of which each summary is one",
    [
      { type: "response.reasoning_summary_text.delta", output_index: 0, summary_index: 0, delta: "H" },
      { type: "response.reasoning_summary_text.done", output_index: 0, summary_index: 0, text: "Hm" },
      { type: "response.reasoning_summary_part.added", output_index: 0, summary_index: 1 },
      { type: "response.reasoning_summary_text.delta", output_index: 0, summary_index: 1, delta: "S" },
      itemDone(0, reasoningItemOf([["Hm"], ["So."]])),
    ],
    [
      thought("H"),
      thought("m"),
      { type: "reasoning-end" },
      thought("S"),
      thought("o."),
      { type: "reasoning-end" },
    ],
  ],
  [
    "the end of the arguments",
    [
      ...functionItems(0, "a", "add", '{"x"').slice(0, 2),
      { type: "response.function_call_arguments.done", output_index: 0, arguments: '{"x":1}' },
      itemDone(0, { type: "function_call", call_id: "a", name: "add", arguments: '{"x":1}' }),
    ],
    call(0, "a", "add", '{"x"', ":1}"),
  ],
  [
    "the end of the call",
    functionItems(0, "a", "add", '{"x"')
      .slice(0, 2)
      .concat(itemDone(0, { type: "function_call", call_id: "a", name: "add", arguments: '{"x":1}' })),
    call(0, "a", "add", '{"x"', ":1}"),
  ],
  [
    "the end of the response, of a call that has none",
    [
      ...functionItems(0, "a", "add", '{"x"').slice(0, 2),
      ended("completed", {
        output: [{ type: "function_call", call_id: "a", name: "add", arguments: '{"x":1}' }],
      }),
    ],
    call(0, "a", "add", '{"x"', ":1}"),
  ],
];
for (const [what, frames, parts] of wholes)
  test(`what the deltas have left out is read from ${what}, and nothing twice`, () => {
    const isEnded = frames.some((frame) => JSON.stringify(frame).includes('"response.completed"'));
    const all = read(created(), ...frames, ...(isEnded ? [] : [ended()]));
    assert.deepEqual(all.slice(0, -end().length), parts);
    // Once more, whole, in every place that has it: nothing is new of it.
    const again = read(created(), ...frames, ...frames.slice(-1), ...(isEnded ? [] : [ended()]));
    const writtenIn = (list: readonly ModelPart[]) =>
      list.filter((part) => "delta" in part || "toolCallId" in part);
    assert.deepEqual(writtenIn(again), writtenIn(all));
  });

test("an endpoint that names an item otherwise with each event, and gives it no place, is read once", () => {
  const named = (id: string, event: object) => ({ ...event, item_id: id });
  const item = { ...messageOf("It ", "is 5."), id: "i7" };
  const all = read(
    ...[created(), { type: "response.output_item.added", item: { type: "reasoning", id: "i0" } }],
    named("i1", { type: "response.reasoning_text.delta", delta: "Hm" }),
    { type: "response.output_item.done", item: { ...reasoningItemOf([["Hm"]]), id: "i2" } },
    ...["It ", "is "].map((delta, at) => named(`i${at + 3}`, textDelta(delta, {}))),
    named("i5", { type: "response.output_text.done", text: "It is 5." }),
    named("i6", {
      type: "response.content_part.done",
      part: { type: "output_text", text: "It is 5." },
    }),
    ...[{ type: "response.output_item.done", item }, ended("completed", { output: [item] })],
  );
  assert.deepEqual(all, [
    ...[thought("Hm"), { type: "reasoning-end" }, text("It "), text("is "), text("5."), textEnd],
    ...end(),
  ]);
});

/** Wholes that are no more of what has come. */
const others: [what: string, frames: object[], parts: ModelPart[]][] = [
  ["is shorter", [textDelta("It is 5."), itemDone(0, messageOf("It is"))], [text("It is 5.")]],
  ["says it otherwise", [textDelta("It is 5."), itemDone(0, messageOf("It is five."))], [text("It is 5.")]],
  [
    "is of a text that others have followed",
    [...[textDelta("It is "), textDelta("So.", { output_index: 1 })], itemDone(0, messageOf("It is 5."))],
    [text("It is "), text("So.")],
  ],
];
for (const [what, frames, parts] of others)
  test(`the text that was shown stays as it is where the whole ${what}`, () => {
    const all = read(created(), ...frames, ended());
    assert.deepEqual(
      all.filter((part) => "delta" in part),
      parts,
    );
  });
