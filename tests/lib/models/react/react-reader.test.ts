import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { ModelTool } from "#lib/models/model-request.ts";
import { createReactReader, type ReactReaderOptions } from "#lib/models/react/react-reader.ts";
import { readShared, skipWithoutShared } from "../../../support/shared-files.ts";

const tool = (name: string, required: string[] = []): ModelTool => ({
  name,
  inputSchema: { type: "object", properties: {}, required },
});
const tools = [tool("add", ["a"]), tool("now"), tool("web search", ["q"]), tool("加法", ["a"])];

type Outcome = "answer" | "calls" | "malformed" | "empty";
interface Reply {
  outcome: Outcome;
  thought: string;
  answer: string;
  calls: (readonly [name: string, input: string])[];
}

function read(pieces: Iterable<string>, options: Partial<ReactReaderOptions> = {}, isCut = false): Reply {
  const reader = createReactReader({ tools, callId: (index) => `call_${index}`, ...options });
  const calls = new Map<number, [string, string]>();
  const reply = { thought: "", answer: "" };
  const take = (parts: ReturnType<typeof reader.push>) => {
    for (const part of parts)
      if (part.type === "reasoning") reply.thought += part.delta;
      else if (part.type === "text") reply.answer += part.delta;
      else if (part.type === "tool-call-start") calls.set(part.index, [part.toolName, ""]);
      else if (part.type === "tool-call-delta") (calls.get(part.index) ?? [])[1] += part.delta;
  };
  for (const piece of pieces) {
    if (reader.isDone) break;
    take(reader.push(piece));
  }
  take(reader.end(isCut));
  return { outcome: reader.outcome, ...reply, calls: [...calls.values()] };
}

function* piecesOf(text: string): Generator<string[]> {
  yield [text];
  for (const size of [1, 2, 3, 7])
    yield Array.from({ length: Math.ceil(text.length / size) }, (_, at) =>
      text.slice(at * size, (at + 1) * size),
    );
  const cuts = text.length > 400 ? 0 : text.length;
  for (let cut = 1; cut < cuts; cut += 1) yield [text.slice(0, cut), text.slice(cut)];
}

function expectReply(written: string, expected: Partial<Reply>, options?: Partial<ReactReaderOptions>) {
  const whole = { thought: "", answer: "", calls: [], ...expected };
  for (const pieces of piecesOf(written))
    assert.deepEqual(read(pieces, options), whole, JSON.stringify(pieces).slice(0, 200));
}

const add: [string, string] = ["add", '{"a": 1}'];
const called: Partial<Reply> = { outcome: "calls", thought: "t", calls: [add] };
const answered = { outcome: "answer", thought: "t", answer: "8" } as const;
const malformed = (thought = "t") => ({ outcome: "malformed", thought }) as const;

const cases: Record<string, [written: string, expected: Partial<Reply>][]> = {
  "labels are labels in any form:": [
    ['THOUGHT: t\nACTION: add\nACTION INPUT: {"a": 1}', called],
    ['thought: t\naction: add\naction input: {"a": 1}', called],
    ['**Thought:** t\n**Action:** add\n**Action Input:** {"a": 1}', called],
    ['**Thought**: t\n**Action**: `add`\n**Action Input**: `{"a": 1}`', called],
    ['*Thought:* t\n*Action:* *add*\n*Action Input:* {"a": 1}', called],
    ["__Thought:__ t\n__Answer:__ 8", answered],
    ['### Thought: t\n### Action: add\n### Action Input: {"a": 1}', called],
    ['### Thought\nt\n### Action\nadd\n### Action Input\n```json\n{"a": 1}\n```', called],
    ["**Thought**\n\nt\n\n**Answer**\n\n8", answered],
    ['- Thought: t\n- Action: add\n- Action Input: {"a": 1}', called],
    ['1. Thought: t\n2. Action: add\n3. Action Input: {"a": 1}', called],
    ["> Thought: t\n> Answer: 8", answered],
    ['Thought 1: t\nAction 1: add\nAction Input 1: {"a": 1}', called],
    ['Thought:t\nAction:add\nAction Input:{"a": 1}', called],
    ['Thought : t\nAction : add\nAction Input : {"a": 1}', called],
    ['Thought:\nt\nAction:\nadd\nAction Input:\n{"a": 1}', called],
    ['  Thought: t\n  Action: add\n  Action Input: {"a": 1}', called],
    ['\n\nThought: t\n\n\nAction: add\n\nAction Input: {"a": 1}\n\n', called],
    ['Thought: t\r\nAction: add\r\nAction Input: {"a": 1}\r\n', called],
    ['Thought：t\nAction：add\nAction Input：{"a": 1}', called],
    ['思考：t\n行动：add\n行动输入：{"a": 1}\n观察：3', called],
    ["思考: t\n最终答案: 8", answered],
    ["\ufeffThought:\u00a0t\n\u00a0Answer: 8", answered],
    ["Thought: t\nFinal Answer: 8", answered],
    ["Thought: t\n**Final Answer: 8**", { ...answered, answer: "**8**" }],
    ["Thought: t\nAction_Input: {}\nAnswer: 8", malformed()],
  ],
  "a block of code around it is none of it:": [
    ['```\nThought: t\nAction: add\nAction Input: {"a": 1}\n```', called],
    ["```text\nThought: t\nAnswer: 8\n```\n", answered],
    ["Here it is:\n```\nThought: t\nAnswer: 8\n```", { ...answered, thought: "Here it is:\nt" }],
    ['Thought: t\n```\nAction: add\nAction Input: {"a": 1}\n```', called],
    ["Thought: t\nAnswer: so:\n```js\n8\n```", { ...answered, answer: "so:\n```js\n8\n```" }],
    ["```\nThought: t\nAnswer: so:\n```js\n8\n```\n```", { ...answered, answer: "so:\n```js\n8\n```" }],
  ],
  "a name is the tool's:": [
    ['Thought: t\nAction: "add"\nAction Input: {"a": 1}', called],
    ['Thought: t\nAction: [add]\nAction Input: {"a": 1}', called],
    ['Thought: t\nAction: Add.\nAction Input: {"a": 1}', called],
    ['Thought: t\nAction: functions.add\nAction Input: {"a": 1}', called],
    ['Thought: t\nAction: add (adds two numbers)\nAction Input: {"a": 1}', called],
    ['Thought: t\nAction: add, to get the sum\nAction Input: {"a": 1}', called],
    ['Thought: t\nAction: add\nbecause it adds\nAction Input: {"a": 1}', called],
    ['Thought: t\nAction: Web Search\nAction Input: {"q": 1}', { ...called, calls: [["Web", '{"q": 1}']] }],
    [
      'Thought: t\nAction: web search\nAction Input: {"q": 1}',
      { ...called, calls: [["web search", '{"q": 1}']] },
    ],
    ['Thought: t\nAction: 加法\nAction Input: {"a": 1}', { ...called, calls: [["加法", '{"a": 1}']] }],
    ["Thought: t\nAction: unknown2\nAction Input: {}", { ...called, calls: [["unknown2", "{}"]] }],
    ['Thought: t\nAction: add Action Input: {"a": 1}', called],
  ],
  "an input is JSON:": [
    ['Thought: t\nAction: add\nAction Input: {"a": 1}, along those lines.\nThat is all.', called],
    ['Thought: t\nAction: add\nAction Input: ```json\n{"a": 1}\n```\nObservation: 3', called],
    ['Thought: t\nAction: add\nAction Input: QueryEngineTool({"a": 1})', called],
    ["Thought: t\nAction: add\nAction Input: {'a': 1,}", called],
    [
      'Thought: t\nAction: add\nAction Input: {"a": "Thought: x\\nAnswer: y", "b": "说：“好” 😀"}',
      { ...called, calls: [["add", '{"a": "Thought: x\\nAnswer: y", "b": "说：“好” 😀"}']] },
    ],
    [
      'Thought: t\nAction: add\nAction Input: {\n  answer: 1,\n  "a": 2\n}',
      { ...called, calls: [["add", '{\n  "answer": 1,\n  "a": 2\n}']] },
    ],
    [
      String.raw`Thought: t
Action: add
Action Input: "{\"a\": 1,\n \"b\": \"x\\n\"}"`,
      { ...called, calls: [["add", '{"a": 1,\n "b": "x\\n"}']] },
    ],
    [
      'Thought: t\nAction: add\nAction Input: "{"a": "x\\"y"}"',
      { ...called, calls: [["add", '{"a": "x\\"y"}']] },
    ],
    // Which is no JSON, and is never run.
    [
      'Thought: t\nAction: add\nAction Input: {"a": 1\nObservation: 3\n}',
      { ...called, calls: [["add", '{"a": 1\n']] },
    ],
    ["Thought: t\nAction: now\nAction Input:", { ...called, calls: [["now", "{}"]] }],
    ["Thought: t\nAction: now\nAction Input: None\nObservation: x", { ...called, calls: [["now", "{}"]] }],
    ["Thought: t\nAction: add\nAction Input:", malformed()],
    ["Thought: t\nAction: add\nAction Input: 1 + 1", malformed()],
  ],
  "an action without an input leads to nothing:": [
    ["Thought: t\nAction: add", malformed()],
    ['Thought: t\nAction: add\n{"a": 5}', malformed()],
    ["Thought: t\nAction: add\nAnswer: 8", malformed()],
    ["Thought: t\nAction: add\nObservation: 8\nAnswer: 8", malformed()],
    ['Thought: t\nAction:\nAction Input: {"a": 1}', malformed()],
    ['Thought: t\nAction Input: {"a": 1}', malformed()],
    ["Thought: so it is", malformed("so it is")],
    ["Thought:", malformed("")],
    ["Thought: t\nAnswer:", malformed()],
    ["Answer: \n", malformed("")],
    ["Thought: t\nAction: None\nAnswer: 8", answered],
    ["Thought: t\nAction: N/A\nAnswer: 8", answered],
  ],
  "of what it could not know nothing is taken:": [
    ['Thought: t\nAction: add\nAction Input: {"a": 1}\nObservation: 3\nThought: u\nAnswer: 3', called],
    [
      'Thought: t\nAction: add\nAction Input: {"a": 1}\nobservation: 3\nAction: now\nAction Input: {}',
      called,
    ],
    ['Thought: t\nAction: add\nAction Input: {"a": 1}\n**Observation:** 3\nAnswer: 3', called],
    ['Thought: t\nAction: add\nAction Input: {"a": 1} Observation: 3\nAnswer: 3', called],
    [
      'Thought: t\nAction: add\nAction Input: {"a": 1}\nThought: so it is 3\nAction: now\nAction Input: {}',
      called,
    ],
    ['Thought: t\nAction: add\nAction Input: {"a": 1}\nAnswer: 3', called],
    ["Thought: t\nObservation: 3\nAnswer: 3", malformed()],
    ["Observation: 3\nThought: t\nAnswer: 3", malformed("")],
  ],
  "several actions are several calls:": [
    [
      'Thought: t\nAction: add\nAction Input: {"a": 1}\nAction: now\nAction Input: {}\n\nAction: add\nAction Input: {"a": 2}',
      { ...called, calls: [add, ["now", "{}"], ["add", '{"a": 2}']] },
    ],
    ['Thought: t\nAction: add\nAction Input: {"a": 1}\nAction: now', called],
  ],
  "thoughts are what they are:": [
    ["Thought: t\nThought: u\nAnswer: 8", { ...answered, thought: "t\n\nu" }],
    ["Thought: one.\n\nAnd two: a - b\nAnswer: 8", { ...answered, thought: "one.\n\nAnd two: a - b" }],
    ["Thought: I take Action: none yet\nAnswer: 8", { ...answered, thought: "I take Action: none yet" }],
    ["Thought: I know it. Answer: 8", { ...answered, thought: "I know it." }],
    ["Thought: 我知道了。Answer: 8", { ...answered, thought: "我知道了。" }],
    ['Thought: t! Action: add\nAction Input: {"a": 1}', { ...called, thought: "t!" }],
    ["I worked it out.\nIt was easy.\nAnswer: 8", { ...answered, thought: "I worked it out.\nIt was easy." }],
    ['I look it up.\n\nAction: add\nAction Input: {"a": 1}', { ...called, thought: "I look it up." }],
    ['Action: add\nAction Input: {"a": 1}', { ...called, thought: "" }],
    ["Thought: 观察：x\nAnswer: 8", { ...answered, thought: "观察：x" }],
  ],
  "behind its label all is answer:": [
    [
      "Thought: t\nAnswer: 8\nThought: x\nAction: add\nAction Input: {}",
      { ...answered, answer: "8\nThought: x\nAction: add\nAction Input: {}" },
    ],
    ["Thought: t\nAnswer: 8\nObservation: 3", { ...answered, answer: "8\nObservation: 3" }],
    ["Thought: t\nAnswer:\n\n- a\n- b\n\n", { ...answered, answer: "- a\n- b" }],
    ["Thought: t\nAnswer: **8** 😀", { ...answered, answer: "**8** 😀" }],
  ],
  "without the form it is text:": [
    ["", { outcome: "empty" }],
    [" \n\n", { outcome: "empty" }],
    ["8", { outcome: "answer", answer: "8" }],
    ["你好！有什么可以帮你？", { outcome: "answer", answer: "你好！有什么可以帮你？" }],
    ["Thoughtful: yes\nActions are: two", { outcome: "answer", answer: "Thoughtful: yes\nActions are: two" }],
    ["```js\nlet a = 1;\n```", { outcome: "answer", answer: "```js\nlet a = 1;\n```" }],
    ["It is\n观察：x", { outcome: "answer", answer: "It is\n观察：x" }],
  ],
};
for (const [what, rows] of Object.entries(cases))
  describe(what, () => {
    for (const [written, expected] of rows)
      test(JSON.stringify(written), () => expectReply(written, expected));
  });

const long = "A long text that has no form at all. ".repeat(12);

describe("a long text without the form", () => {
  test("is shown while it is written", () => {
    const reader = createReactReader({ tools, callId: String });
    const parts = [...long].flatMap((character) => reader.push(character));
    assert.ok(parts.length > 50);
    assert.ok(parts.every(({ type }) => type === "text"));
  });
  test("may have a call all the same, of which no label is shown", () =>
    expectReply(`${long}\nAction: add\nAction Input: {"a": 1}`, {
      outcome: "calls",
      answer: long.trim(),
      calls: [add],
    }));
  test("may come to its answer, without the label", () =>
    expectReply(`${long}\nAnswer: 8`, { outcome: "answer", answer: `${long.trim()}8` }));
  const lines = [
    "Action: call Bob by Friday\nAction: call Ann",
    `Action: ${"call Bob ".repeat(60)}`.trim(),
    "Observation: it rains",
  ];
  for (const line of lines)
    test(`has lines that only look like more: ${line.slice(0, 40)}`, () =>
      expectReply(`${long}\n${line}\nAnd so on.`, {
        outcome: "answer",
        answer: `${long}\n${line}\nAnd so on.`,
      }));
});

test("an answer that is continued is text from its first character on", () => {
  for (const startsIn of ["answer", "free"] as const)
    expectReply(
      " and so on.\nWhich is all",
      { outcome: "answer", answer: " and so on.\nWhich is all" },
      { startsIn },
    );
  expectReply("Thought: t\nAnswer: 8", answered, { startsIn: "free" });
  expectReply(
    "Thought: t\nAnswer: 8",
    { outcome: "answer", answer: "Thought: t\nAnswer: 8" },
    { startsIn: "answer" },
  );
});

test("of a label that breaks off nothing is shown, wherever that is", () => {
  const written = "Thought: t\n**Action Input**: x\nAnswer: 8";
  for (let length = 0; length < written.indexOf("8"); length += 1) {
    const { thought, answer } = read(written.slice(0, length), {}, true);
    assert.ok("t".startsWith(thought) || thought === "", thought);
    assert.equal(answer, "", written.slice(0, length));
  }
});

test("an answer is given on as it is written, and so are arguments and thoughts", () => {
  const reader = createReactReader({ tools, callId: String });
  const deltas = ["Thought: I th", "ink so", ".\nAnswer: It", " is eight", " or nine"].map((delta) =>
    reader.push(delta).flatMap((part) => ("delta" in part ? part.delta : [])),
  );
  assert.deepEqual(deltas, [["I th"], ["ink so"], [".", "It"], [" is eight"], [" or nine"]]);
  const calling = createReactReader({ tools, callId: String });
  calling.push("Action: add\nAction Input: ");
  assert.deepEqual(
    ['{"a', '": "x', 'y"}'].map((delta) => calling.push(delta).at(-1)),
    ['{"a', '": "x', 'y"}'].map((delta) => ({ type: "tool-call-delta", index: 0, delta })),
  );
});

test("a reply of a million characters by the character costs what it is long", () => {
  const text = `Thought: ${"word\n".repeat(100_000)}`;
  const reader = createReactReader({ tools, callId: String });
  const beganAt = performance.now();
  for (const character of text) reader.push(character);
  reader.push(" ".repeat(100_000));
  for (let at = 0; at < 20_000; at += 1) reader.push("   ");
  assert.ok(performance.now() - beganAt < 10_000);
});

test("an action whose line never ends costs what it is long, and is none", () => {
  const reader = createReactReader({ tools, callId: String });
  reader.push("Action: ");
  const beganAt = process.threadCpuUsage();
  for (let at = 0; at < 20_000; at += 1) reader.push("word ");
  const { user, system } = process.threadCpuUsage(beganAt);
  reader.push("\nAction: add\nAction Input: {}\n");
  reader.end(false);
  assert.equal(reader.outcome, "calls");
  assert.ok(user + system < 2_000_000, `${user + system} µs`);
});

test("the first line of an action says whether it is one, however it is cut and whatever ends it", () => {
  for (const end of ["\n", "\r\n", `${" ".repeat(500)}\n`]) {
    const written = `Action: None${end}nothing to be done\nAnswer: 8`;
    for (const deltas of [[written], [...written]]) {
      const reader = createReactReader({ tools, callId: String });
      for (const delta of deltas) reader.push(delta);
      reader.end(false);
      assert.equal(reader.outcome, "answer", JSON.stringify(written));
    }
  }
});

test("each worked case of ../shared, however it is cut", { skip: skipWithoutShared }, () => {
  interface SharedCase {
    id: string;
    output: string;
    expected: {
      kind: "action" | "answer" | "retry";
      thought?: string | null;
      answer?: string;
      action?: string;
      action_input?: unknown;
    };
  }
  // Cast: the file's own form.
  const { cases: shared } = JSON.parse(readShared("cases/react.json").toString()) as { cases: SharedCase[] };
  for (const { id, output, expected } of shared)
    for (const pieces of piecesOf(output)) {
      const reply = read(pieces, { tools: [] });
      if (expected.kind === "retry") assert.match(reply.outcome, /^(malformed|empty)$/, id);
      if (expected.kind === "answer")
        assert.deepEqual([reply.outcome, reply.answer], ["answer", expected.answer], id);
      if (expected.kind === "action") {
        const [name, input = ""] = reply.calls[0] ?? [];
        assert.deepEqual(
          [reply.calls.length, name, JSON.parse(input)],
          [1, expected.action, expected.action_input],
          id,
        );
      }
      const isImplicit = expected.thought?.startsWith("(Implicit)");
      if (expected.kind !== "retry")
        assert.equal(reply.thought, isImplicit ? "" : (expected.thought ?? ""), id);
    }
});
