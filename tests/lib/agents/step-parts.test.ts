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
  [
    "what ends begins anew, though it is of the same kind",
    [reasoning("hm"), { type: "reasoning-end" }, reasoning("so"), text("a"), { type: "text-end" }, text("b")],
    [
      ...["reasoning-start p/0@s", "reasoning-delta p/0 hm", "reasoning-end p/0"],
      ...["reasoning-start p/1@s", "reasoning-delta p/1 so", "reasoning-end p/1"],
      ...["text-start p/2@s", "text-delta p/2 a", "text-end p/2"],
      ...["text-start p/3@s", "text-delta p/3 b", "text-end p/3"],
    ],
  ],
  [
    "an end without a beginning is an empty thought where it brings something to give back, and else nothing",
    [text("a"), { type: "reasoning-end" }, { type: "reasoning-end", providerMetadata: { wire: {} } }],
    [
      ...["text-start p/0@s", "text-delta p/0 a", "text-end p/0"],
      ...["reasoning-start p/1@s", "reasoning-end p/1"],
    ],
  ],
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

test("a text says how far the answer has been read, and an end what the provider wants back", () => {
  const parts = createStepParts("s", "p");
  const providerMetadata = { wire: { signature: "abc=" } };
  const answer: Part[] = [
    { type: "reasoning", delta: "hm", cursor: 3 },
    { type: "reasoning-end", providerMetadata, cursor: 4 },
    callStart(0),
    { type: "tool-call-end", index: 0, providerMetadata },
  ];
  assert.deepEqual(answer.flatMap(parts.take), [
    { type: "reasoning-start", id: "p/0", stepId: "s" },
    { type: "reasoning-delta", id: "p/0", delta: "hm", cursor: 3 },
    { type: "reasoning-end", id: "p/0", providerMetadata, cursor: 4 },
    { type: "tool-input-start", toolCallId: "c0", toolName: "add", stepId: "s" },
  ]);
  assert.deepEqual(parts.calls(), [{ toolCallId: "c0", toolName: "add", input: "", providerMetadata }]);
});

const goesOn: [title: string, answer: Part[], events: string[]][] = [
  [
    "the first text goes on in the kept part, without what repeats it",
    [text("half a line and "), text("more")],
    ["text-delta t more", "text-end t"],
  ],
  ["nothing more is said: the kept part ends", [], ["text-end t"]],
  [
    "a thought before it is no end of it",
    [reasoning("hm"), text("more"), reasoning("so"), text("last")],
    [
      ...["reasoning-start p/0@s", "reasoning-delta p/0 hm", "reasoning-end p/0", "text-delta t more"],
      ...["text-end t", "reasoning-start p/1@s", "reasoning-delta p/1 so", "reasoning-end p/1"],
      ...["text-start p/2@s", "text-delta p/2 last", "text-end p/2"],
    ],
  ],
  [
    "a call ends it, with what was held back as a repeat",
    [text("half a"), callStart(0)],
    ["text-delta t half a", "text-end t", "tool-input-start c0@s"],
  ],
  ["a refusal is another part", [refusal("no")], ["text-end t", "refusal-delta p/0@s no"]],
  [
    "a text that begins anew in other words is a part of its own, and the log says so before",
    [text("One line. Then "), text("another")],
    [
      ...["continue-step @s", "text-end t", "text-start p/0@s", "text-delta p/0 One line. Then another"],
      "text-end p/0",
    ],
  ],
];

for (const [title, answer, expected] of goesOn)
  test(`an answer that is gone on with: ${title}`, () => {
    const given = { text: "One line. Then half a line and ", attempt: 2 };
    const parts = createStepParts("s", "p", { kept: { given, next: { type: "text", id: "t" } } });
    assert.deepEqual([...answer.flatMap(parts.take), ...parts.end()].map(short), expected);
  });

test("the rest of the very same answer goes on in the open part, then in the text before it, and is never cut", () => {
  const parts = createStepParts("s", "p", {
    kept: { open: { type: "reasoning", id: "r" }, next: { type: "text", id: "t" } },
  });
  assert.deepEqual(
    [...[reasoning("hm"), text("half a line and "), text("more")].flatMap(parts.take), ...parts.end()].map(
      short,
    ),
    [
      ...["reasoning-delta r hm", "reasoning-end r", "text-delta t half a line and", "text-delta t more"],
      "text-end t",
    ],
  );
});

test("what joins the text of another run by itself is set apart by a paragraph where it begins anew", () => {
  const parts = createStepParts("s", "p", { kept: { given: { text: "One line. Half of ", attempt: 1 } } });
  assert.deepEqual([text("One line. Half another")].flatMap(parts.take).map(short), [
    ...["continue-step @s", "text-start p/0@s", "text-delta p/0 \n\nOne line. Half another"],
  ]);
});
