import assert from "node:assert/strict";
import { test } from "node:test";
import { createStepParts, type StepParts } from "#lib/agents/step-parts.ts";
import type { EventBody } from "#lib/protocol/run-event.ts";

type Part = Parameters<StepParts["take"]>[0];

const text = (delta: string): Part => ({ type: "text", delta });
const reasoning = (delta: string): Part => ({ type: "reasoning", delta });
const refusal = (delta: string): Part => ({ type: "refusal", delta });
const callStart = (index: number): Part => ({
  type: "tool-call-start",
  index,
  toolCallId: `c${index}`,
  toolName: "add",
});
const callDelta = (index: number, delta: string): Part => ({ type: "tool-call-delta", index, delta });

/** An event in short: its type, the part or call, the text. */
function short(event: EventBody): string {
  const id = "id" in event ? event.id : "toolCallId" in event ? event.toolCallId : "";
  const delta = "delta" in event ? event.delta : "inputTextDelta" in event ? event.inputTextDelta : "";
  const step = "stepId" in event && event.stepId !== undefined ? `@${event.stepId}` : "";
  return `${event.type} ${id}${step} ${delta}`.trim();
}

const cases: [title: string, answer: Part[], events: string[]][] = [
  ["an answer of no parts is no event", [], []],
  [
    "neighbouring texts are one part, and its start names the step",
    [text("a"), text("b")],
    ["text-start p/0@s", "text-delta p/0 a", "text-delta p/0 b", "text-end p/0"],
  ],
  ["an empty delta opens nothing", [text(""), reasoning("")], []],
  [
    "another kind of text ends the one before it",
    [reasoning("hm"), text("a"), reasoning("so")],
    [
      ...["reasoning-start p/0@s", "reasoning-delta p/0 hm", "reasoning-end p/0"],
      ...["text-start p/1@s", "text-delta p/1 a", "text-end p/1"],
      ...["reasoning-start p/2@s", "reasoning-delta p/2 so", "reasoning-end p/2"],
    ],
  ],
  [
    "a refusal has no start and no end: its first delta names the step",
    [refusal("no"), refusal(", never")],
    ["refusal-delta p/0@s no", "refusal-delta p/0 , never"],
  ],
  [
    "a call ends the text before it, and calls may be interleaved",
    [text("a"), callStart(0), callDelta(0, "{"), callStart(1), callDelta(1, "{}"), callDelta(0, "}")],
    [
      ...["text-start p/0@s", "text-delta p/0 a", "text-end p/0"],
      ...["tool-input-start c0@s", "tool-input-delta c0 {", "tool-input-start c1@s"],
      ...["tool-input-delta c1 {}", "tool-input-delta c0 }"],
    ],
  ],
  ["arguments of a call that never began are no event", [callDelta(3, "{}")], []],
];

for (const [title, answer, expected] of cases) {
  test(title, () => {
    const parts = createStepParts("s", "p");
    const events = [...answer.flatMap(parts.take), ...parts.end()];
    assert.deepEqual(events.map(short), expected);
  });
}

test("the calls are those that the model began, in its order, with their arguments byte for byte", () => {
  const parts = createStepParts("s", "p");
  for (const part of [
    callStart(1),
    callStart(0),
    callDelta(0, ' {"a": '),
    callDelta(1, "{"),
    callDelta(0, "1}"),
  ])
    parts.take(part);
  parts.end();
  assert.deepEqual(
    parts.calls().map(({ toolCallId, input }) => [toolCallId, input]),
    [
      ["c1", "{"],
      ["c0", ' {"a": 1}'],
    ],
  );
});
