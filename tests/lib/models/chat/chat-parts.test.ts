import assert from "node:assert/strict";
import { test } from "node:test";
import { type ChatChunk, chatChunk } from "#lib/models/chat/chat-chunk.ts";
import { createChatParts } from "#lib/models/chat/chat-parts.ts";
import type { ModelPart } from "#lib/models/model.ts";
import * as chat from "../../../support/chat-chunks.ts";

/** The parts of an answer's chunks; the ones that only its end brings stand last. */
function partsOf(...chunks: object[][]): ModelPart[] {
  const parts: ModelPart[] = [];
  const answer = createChatParts("seed", "provider");
  for (const chunk of chunks.flat()) answer.read(parsed(chunk), parts);
  answer.end(parts);
  return parts;
}

const parsed = (chunk: object): ChatChunk => chatChunk.parse(chunk);
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
    "a report that nothing can be read from is none",
    [
      own(2),
      { choices: [], usage: { prompt_tokens: -1, completion_tokens: 2.5, prompt_tokens_details: "x" } },
    ],
    [usage(2)],
  ],
  [
    "the last finish reason counts, and stands last",
    [...chat.finish("stop"), ...chat.textChunks("a"), ...chat.finish("length"), own(1)],
    [text("a"), usage(1), { type: "finish", reason: "length" }],
  ],
  ["an empty finish reason is none", chat.finish(""), []],
  [
    "a message beside a delta is not read, a whole completion's is",
    [
      { choices: [{ delta: { content: "a" }, message: { content: "all" } }] },
      { object: "chat.completion", choices: [{ message: { content: "b" } }] },
      { choices: [{ message: { content: "c" } }] },
    ],
    [text("a"), text("b")],
  ],
];
for (const [what, chunks, parts] of cases) test(what, () => assert.deepEqual(partsOf(chunks), parts));

const finishReasons = [
  ["stop", "stop"],
  ["length", "length"],
  ["content_filter", "content-filter"],
  ["tool_calls", "tool-calls"],
  ["function_call", "tool-calls"],
  ["eos", "other"],
] as const;
for (const [given, reason] of finishReasons)
  test(`the finish reason ${given} is ${reason}`, () =>
    assert.deepEqual(partsOf(chat.finish(given)), [{ type: "finish", reason }]));

test("every figure of a report has its place, and those of cached tokens have three", () => {
  const tokens = {
    prompt_tokens: 9,
    completion_tokens: 5,
    completion_tokens_details: { reasoning_tokens: 3 },
  };
  for (const cached of [
    { prompt_tokens_details: { cached_tokens: 4 } },
    { prompt_cache_hit_tokens: 4 },
    { cached_tokens: 4 },
  ])
    assert.deepEqual(partsOf([{ usage: { ...tokens, ...cached } }]), [
      {
        type: "usage",
        usage: {
          inputTokens: 9,
          outputTokens: 5,
          reasoningTokens: 3,
          cachedInputTokens: 4,
          source: "provider",
        },
      },
    ]);
});

test("the message of a whole answer is read though nothing names it a completion", () => {
  const parts: ModelPart[] = [];
  const answer = createChatParts("seed", "estimated");
  const choices = [{ message: { content: "a" }, finish_reason: "stop" }];
  answer.readWhole(parsed({ choices, usage: report(1) }), parts);
  assert.ok(answer.isFinished);
  assert.deepEqual(parts, [text("a"), { type: "usage", usage: { inputTokens: 1, source: "estimated" } }]);
});
