import assert from "node:assert/strict";
import { test } from "node:test";
import { readChatChunk } from "#lib/models/chat/chat-chunk.ts";
import { createChatParts } from "#lib/models/chat/chat-parts.ts";
import type { ModelPart } from "#lib/models/model.ts";
import type { FinishReason } from "#lib/protocol/run-event.ts";
import * as chat from "../../../support/chat-chunks.ts";

const createParts = (startsThinking = false) =>
  createChatParts({ seed: "seed", usageSource: "provider", startsThinking });

/** The parts of an answer's chunks; the ones that only its end brings stand last. */
function partsOf(chunks: object[], { isDone = false, isCut = false, startsThinking = false } = {}) {
  const parts: ModelPart[] = [];
  const answer = createParts(startsThinking);
  for (const chunk of chunks) answer.read(readChatChunk(chunk), parts);
  answer.end(parts, { isDone, isCut });
  return parts;
}

const text = (delta: string): ModelPart => ({ type: "text", delta });
const reasoning = (delta: string): ModelPart => ({ type: "reasoning", delta });
const refusal = (delta: string): ModelPart => ({ type: "refusal", delta });
const usage = (inputTokens: number): ModelPart => ({
  type: "usage",
  usage: { inputTokens, source: "provider" },
});
const report = (tokens: number | null) => tokens && { prompt_tokens: tokens };
const own = (tokens: number | null) => ({ choices: [], usage: report(tokens) });
const groq = (tokens: number) => ({ choices: [], x_groq: { usage: report(tokens) } });
const choice = (index: number | null, content: string) => ({ choices: [{ index, delta: { content } }] });

const content = (written: string) => ({ delta: { content: written } });
const whole = (written: string) => ({ message: { content: written } });
const google = (written: string) => ({
  choices: [{ delta: { content: written, extra_content: { google: { thought: true } } } }],
});
const finish = (reason: FinishReason): ModelPart => ({ type: "finish", reason });

const cases: [what: string, chunks: object[], parts: ModelPart[]][] = [
  ["an empty text is nothing", chat.textChunks(""), []],
  ["reasoning_content is reasoning", chat.delta({ reasoning_content: "a" }), [reasoning("a")]],
  ["so is reasoning, where there is no other", chat.delta({ reasoning: "a" }), [reasoning("a")]],
  ["of both the first counts", chat.delta({ reasoning_content: "a", reasoning: "b" }), [reasoning("a")]],
  [
    "a list of parts is its texts and thoughts",
    chat.delta({
      content: [
        { type: "thinking", thinking: [{ text: "a" }, {}] },
        { type: "thinking", thinking: "b" },
        { type: "text", text: "c" },
        { type: "text" },
        { type: "image_url" },
      ],
    }),
    [reasoning("a"), reasoning("b"), text("c")],
  ],
  [
    "one chunk may hold all kinds",
    chat.delta({ reasoning: "a", content: "b", refusal: "c" }),
    [reasoning("a"), text("b"), refusal("c")],
  ],
  [
    "calls stand beside texts, and one that never gets a name comes at the end",
    [...chat.toolCall(0, "a", "add", "{}"), ...chat.textChunks("b"), ...chat.toolCall(1, "c", "", "1")],
    [
      { type: "tool-call-start", index: 0, toolCallId: "a", toolName: "add" },
      { type: "tool-call-delta", index: 0, delta: "{}" },
      text("b"),
      { type: "tool-call-start", index: 1, toolCallId: "c", toolName: "" },
      { type: "tool-call-delta", index: 1, delta: "1" },
    ],
  ],
  ["only choice 0 is shown", [choice(1, "no"), choice(0, "yes")], [text("yes")]],
  ["a choice without an index is choice 0", [choice(null, "yes")], [text("yes")]],
  [
    "half a character waits for the other half, in each text for itself",
    [
      ...chat.textChunks("a\ud83d"),
      ...chat.reasoning("\ud83d"),
      ...chat.textChunks("\ude00"),
      ...chat.refusal("\ud83d"),
    ],
    [text("a"), text("😀"), reasoning("\ufffd"), refusal("\ufffd")],
  ],
  ["a report of usage is passed on, and so is each newer one", [own(2), own(3)], [usage(2), usage(3)]],
  ["null is no report", [own(2), own(null)], [usage(2)]],
  ["x_groq's counts where there is no other", [groq(1)], [usage(1)]],
  ["and no more once there is", [groq(1), own(2), groq(3)], [usage(1), usage(2)]],
  [
    "a figure that a later report lacks is that of the earlier one",
    [own(2), { choices: [], usage: { completion_tokens: 3 } }],
    [usage(2), { type: "usage", usage: { inputTokens: 2, outputTokens: 3, source: "provider" } }],
  ],
  ["a report inside the choice counts", [{ choices: [{ usage: report(4) }] }], [usage(4)]],
  [
    "a report that nothing can be read from is none",
    [
      own(2),
      { choices: [], usage: { prompt_tokens: -1, completion_tokens: 2.5, prompt_tokens_details: "x" } },
    ],
    [usage(2)],
  ],
  [
    "the last finish reason counts, and stands last",
    [...chat.textChunks("a"), ...chat.finish("stop"), ...chat.finish("length"), own(1)],
    [text("a"), usage(1), finish("length")],
  ],
  ["an empty finish reason is none", chat.finish(""), []],
  [
    "a message beside a delta is not read",
    [{ choices: [{ ...content("a"), ...whole("all") }] }],
    [text("a")],
  ],
  [
    "nor is one behind the deltas, but its finish reason is",
    [...chat.textChunks("a"), { choices: [{ ...whole("a"), finish_reason: "stop" }] }],
    [text("a"), finish("stop")],
  ],
  [
    "a message has the text that came in no delta",
    [...chat.reasoning("a"), { choices: [{ ...whole("b"), finish_reason: "stop" }] }],
    [reasoning("a"), text("b"), finish("stop")],
  ],
  [
    "and the calls",
    [
      ...chat.textChunks("a"),
      {
        choices: [
          {
            message: { content: "a", tool_calls: [{ id: "c", function: { name: "add", arguments: "{}" } }] },
            finish_reason: "tool_calls",
          },
        ],
      },
    ],
    [
      text("a"),
      { type: "tool-call-start", index: 0, toolCallId: "c", toolName: "add" },
      { type: "tool-call-delta", index: 0, delta: "{}" },
      finish("tool-calls"),
    ],
  ],
  [
    "a call in the older form is one, in deltas or in a message",
    [
      ...chat.delta({ function_call: { name: "add", arguments: "" } }),
      ...chat.delta({ function_call: { arguments: '{"a"' } }),
      ...chat.delta({ function_call: { arguments: ":1}" } }),
      { choices: [{ message: { function_call: { name: "add" } }, finish_reason: "function_call" }] },
    ],
    [
      { type: "tool-call-start", index: 0, toolCallId: "call_seed_0", toolName: "add" },
      { type: "tool-call-delta", index: 0, delta: '{"a"' },
      { type: "tool-call-delta", index: 0, delta: ":1}" },
      finish("tool-calls"),
    ],
  ],
  [
    "but not the thoughts that came between tags",
    [
      ...chat.textChunks("<think>a</think>b"),
      { choices: [{ message: { reasoning_content: "a", content: "b" }, finish_reason: "stop" }] },
    ],
    [reasoning("a"), text("b"), finish("stop")],
  ],
  [
    "a message alone is the answer",
    [{ object: "chat.completion", choices: [{ ...whole("a"), finish_reason: "stop" }] }],
    [text("a"), finish("stop")],
  ],
  ["of messages alone the last is", [{ choices: [whole("a")] }, { choices: [whole("ab")] }], [text("ab")]],
  [
    "thoughts between tags are thoughts",
    chat.textChunks("<thi", "nk>a</th", "ink>b"),
    [reasoning("a"), text("b")],
  ],
  [
    "white space behind a thought stands before the call that follows it",
    [...chat.textChunks("<think>a</think>\n\n"), ...chat.toolCall(0, "c", "add", "1")],
    [
      reasoning("a"),
      text("\n\n"),
      { type: "tool-call-start", index: 0, toolCallId: "c", toolName: "add" },
      { type: "tool-call-delta", index: 0, delta: "1" },
    ],
  ],
  [
    "a thought that never ended was cut off",
    [...chat.textChunks("<think>a"), ...chat.finish("stop")],
    [reasoning("a"), finish("length")],
  ],
  [
    "what Google marks as a thought is one, with its tags or without",
    [
      google("<thought>a"),
      google(" b"),
      ...chat.textChunks("</thought>c"),
      google("d"),
      ...chat.textChunks("e"),
    ],
    [reasoning("a"), reasoning(" b"), text("c"), reasoning("d"), text("e")],
  ],
  [
    "details of thoughts count where no other field has them",
    [
      ...chat.delta({ reasoning_details: [{ text: "one" }] }),
      ...chat.delta({ reasoning_details: [{ text: "one two" }] }),
    ],
    [reasoning("one"), reasoning(" two")],
  ],
  [
    "and no more once another has them",
    [...chat.delta({ reasoning: "a" }), ...chat.delta({ reasoning_details: [{ text: "b" }] })],
    [reasoning("a")],
  ],
];
for (const [what, chunks, parts] of cases) test(what, () => assert.deepEqual(partsOf(chunks), parts));

test("text behind a finish reason makes it void, unless the stream says that it is at its end", () => {
  const chunks = [...chat.textChunks("a"), ...chat.finish(), ...chat.textChunks("b")];
  assert.deepEqual(partsOf(chunks), [text("a"), text("b")]);
  assert.deepEqual(partsOf(chunks, { isDone: true }), [text("a"), text("b"), finish("stop")]);
});

test("an answer that was cut has all that was held back, and no finish reason", () => {
  const chunks = [...chat.textChunks("<thi"), ...chat.finish()];
  assert.deepEqual(partsOf(chunks, { isCut: true }), [text("<thi")]);
});

test("a finish reason that says of a failure is told apart", () => {
  const parts: ModelPart[] = [];
  const answer = createParts();
  for (const chunk of [...chat.textChunks("a"), ...chat.finish("error")])
    answer.read(readChatChunk(chunk), parts);
  assert.equal(answer.end(parts, { isDone: true, isCut: false }), false);
  assert.deepEqual(parts.at(-1), text("a"));
});

test("a model whose prompt opens a thought begins with one", () => {
  assert.deepEqual(partsOf(chat.textChunks("a</think>b"), { startsThinking: true }), [
    reasoning("a"),
    text("b"),
  ]);
});

test("the first name of the model is passed on, once", () => {
  const parts: ModelPart[] = [];
  const answer = createParts();
  for (const model of ["", "m-1", "m-2"]) answer.read(readChatChunk({ model, choices: [] }), parts);
  assert.deepEqual(parts, [{ type: "model", name: "m-1" }]);
});
