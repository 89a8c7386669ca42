import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { createCodeReader } from "#lib/models/code/code-reader.ts";

type Outcome = ReturnType<typeof createCodeReader>["outcome"];

interface Reply {
  outcome: Outcome;
  text: string;
  plans: string[];
  /** Absent: none was begun. */
  code?: string;
  isWhole?: boolean;
}

function read(pieces: Iterable<string>, { isCut = false, goesOn = false } = {}): Reply {
  const reader = createCodeReader({ callId: "call", goesOn });
  const reply: Reply = { outcome: "empty", text: "", plans: [] };
  let input: string | undefined;
  const take = (parts: ReturnType<typeof reader.push>) => {
    for (const part of parts)
      if (part.type === "text") reply.text += part.delta;
      else if (part.type === "reasoning-start") reply.plans.push("");
      else if (part.type === "reasoning") reply.plans.push(reply.plans.pop() + part.delta);
      else if (part.type === "tool-call-start") input = "";
      else if (part.type === "tool-call-delta") input += part.delta;
      else if (part.type === "tool-call-end") reply.isWhole = true;
  };
  for (const piece of pieces) {
    if (reader.isDone) break;
    take(reader.push(piece));
  }
  take(reader.end(isCut));
  reply.outcome = reader.outcome;
  if (input !== undefined) reply.code = JSON.parse(reply.isWhole ? input : `${input}"}`).code;
  return reply;
}

/** In one piece, in pieces of one size, and cut in two at every position. */
function* piecesOf(text: string): Generator<string[]> {
  yield [text];
  for (const size of [1, 2, 3, 7])
    yield Array.from({ length: Math.ceil(text.length / size) }, (_, at) =>
      text.slice(at * size, (at + 1) * size),
    );
  for (let cut = 1; cut < text.length; cut += 1) yield [text.slice(0, cut), text.slice(cut)];
}

function expectReply(written: string, expected: Partial<Reply>, options?: Parameters<typeof read>[1]) {
  const whole = { text: "", plans: [], ...expected };
  for (const pieces of piecesOf(written))
    assert.deepEqual(read(pieces, options), whole, JSON.stringify(pieces).slice(0, 200));
}

const called = { outcome: "call", text: "I add.", code: "add({ a: 1 });", isWhole: true } as const;
const code = "add({ a: 1 });";

const cases: Record<string, [written: string, expected: Partial<Reply>][]> = {
  "code stands between tags or in a fence, and never in the text:": [
    [`I add.\n<code>\n${code}\n</code>`, called],
    [`I add. <code>${code}</code>`, called],
    [`I add.\n<CODE>\n${code}\n</Code >`, called],
    [`I add.\n<code lang="js">\n${code}\n</code>\n`, called],
    [`I add.\n\`\`\`js\n${code}\n\`\`\``, called],
    [`I add.\n\`\`\`javascript\r\n${code}\r\n\`\`\`\r\n`, called],
    [`I add.\n\`\`\`\n${code}\n\`\`\`\n`, called],
    [`I add.\n~~~~ js\n${code}\n~~~~`, called],
    [`I add.\n   \`\`\`js\n${code}\n   \`\`\``, called],
    [`I add.\n<code>\n\`\`\`js\n${code}\n\`\`\`\n</code>`, called],
    [`I add.\n\`\`\`js\n<code>\n${code}\n</code>\n\`\`\``, called],
    [`<code>${code}</code>`, { ...called, text: "" }],
  ],
  "code ends with its reply, where the provider has left the mark out:": [
    [`I add.\n<code>\n${code}\n`, called],
    [`I add.\n\`\`\`js\n${code}`, called],
    [`I add.\n<code>\n${code}\nObservation: 1`, called],
    [`I add.\n<code>\n${code}\nCalling tools:\n[]`, called],
    [`I add.\n<code>\n${code}\n观察：1`, called],
  ],
  "what stands behind the first code is dropped:": [
    [`I add.\n<code>\n${code}\n</code>\nObservation: 1\n<code>\nfinal_answer(1)\n</code>`, called],
    [`I add.\n<code>\n${code}\n</code>\nNow I know that it is 1.`, called],
    [`I add.\n\`\`\`js\n${code}\n\`\`\`<end_code>\nIt is 1.`, called],
  ],
  "what only looks like a mark stays what it is:": [
    ["if a < b and c <codex> or <coding", { outcome: "answer", text: "if a < b and c <codex> or <coding" }],
    ["Use the tag `<code>` for it.", { outcome: "answer", text: "Use the tag `<code>` for it." }],
    ["a `b` ``c`` ~d~ <", { outcome: "answer", text: "a `b` ``c`` ~d~ <" }],
    ["My observation: it rains.", { outcome: "answer", text: "My observation: it rains." }],
    [
      "<code>\nconst s = `a < b </codes>`; // </cod\n</code>",
      { outcome: "call", code: "const s = `a < b </codes>`; // </cod", isWhole: true },
    ],
    ["````js\nconst s = `\n```\n`;\n````", { outcome: "call", code: "const s = `\n```\n`;", isWhole: true }],
    ["```js\nx = '</code>';\n```", { outcome: "call", code: "x = '</code>';", isWhole: true }],
  ],
  "a block of another language is to be read:": [
    [
      'See:\n```json\n{"a": 1}\n```\nDone.',
      { outcome: "answer", text: 'See:\n```json\n{"a": 1}\n```\nDone.' },
    ],
    ["```html\n<code>x</code>\n```", { outcome: "answer", text: "```html\n<code>x</code>\n```" }],
    [
      "```md\nObservation: 1\n```\nI add.\n<code>1</code>",
      { outcome: "call", text: "```md\nObservation: 1\n```\nI add.", code: "1", isWhole: true },
    ],
  ],
  "a plan is a thought:": [
    [
      `<plan>\n1. Add\n2. Say it\n</plan>\nI add.\n<code>\n${code}\n</code>`,
      { ...called, plans: ["1. Add\n2. Say it"] },
    ],
    [`I add.\n<PLAN>1. Add</PLAN><code>${code}</code>`, { ...called, plans: ["1. Add"] }],
    ["<plan>1. Add</plan>", { outcome: "plan", plans: ["1. Add"] }],
    ["<plan>1. Add", { outcome: "plan", plans: ["1. Add"] }],
  ],
  "the label of a thought is none of the text:": [
    [`Thought: I add.\n<code>${code}</code>`, called],
    [`**Thought:** I add.\n<code>${code}</code>`, called],
    [`思考：I add.\n<code>${code}</code>`, called],
    ["Thoughtful as ever.", { outcome: "answer", text: "Thoughtful as ever." }],
  ],
  "a reply that leads to nothing says why:": [
    ["", { outcome: "empty" }],
    [" \n\n", { outcome: "empty" }],
    ["<code>\n</code>", { outcome: "no-code" }],
    ["I add.\n<code>", { outcome: "no-code", text: "I add." }],
    ["I add.\nObservation: 1", { outcome: "observation", text: "I add." }],
  ],
  "any character survives:": [
    [
      '<code>\nconst 水 = "\\n\\"\\\\" + `\t${"😀"}\u2028`;\n</code>',
      { outcome: "call", code: 'const 水 = "\\n\\"\\\\" + `\t${"😀"}\u2028`;', isWhole: true },
    ],
  ],
};

for (const [name, ofName] of Object.entries(cases))
  describe(name, () => {
    for (const [written, expected] of ofName)
      test(JSON.stringify(written), () => expectReply(written, expected));
  });

test("of a reply that was cut off, code and plan are left open", () => {
  expectReply("I add.\n<code>\nadd(", { outcome: "call", text: "I add.", code: "add(" }, { isCut: true });
  expectReply("I add.\n<co", { outcome: "answer", text: "I add." }, { isCut: true });
  expectReply("I add.\n<code>\n", { outcome: "answer", text: "I add." }, { isCut: true });
});

test("a text that goes on keeps the space that it begins with", () => {
  expectReply(
    " goes on\n<code>1</code>",
    { outcome: "call", text: " goes on", code: "1", isWhole: true },
    {
      goesOn: true,
    },
  );
});

test("a reply costs what it is long, whatever it looks like", () => {
  const timeOf = (written: string): number => {
    const reader = createCodeReader({ callId: "call" });
    const before = process.cpuUsage();
    for (let at = 0; at < written.length; at += 4) reader.push(written.slice(at, at + 4));
    reader.end(false);
    const { user, system } = process.cpuUsage(before);
    return (user + system) / 1000;
  };
  for (const piece of ["<", "`", "~~~ ", "\n", " \n<co", "</code", "Observation\n", "<plan>a</plan>", "a "]) {
    const [short, long] = [4000, 32_000].map((count) =>
      Math.min(...[1, 2, 3].map(() => timeOf(`<code>a${piece.repeat(count / piece.length)}`))),
    );
    assert.ok((long ?? 0) < 40 * Math.max(short ?? 0, 5), `${JSON.stringify(piece)}: ${short} → ${long} ms`);
    const [shortText, longText] = [4000, 32_000].map((count) =>
      Math.min(...[1, 2, 3].map(() => timeOf(`a${piece.repeat(count / piece.length)}`))),
    );
    assert.ok(
      (longText ?? 0) < 40 * Math.max(shortText ?? 0, 5),
      `${JSON.stringify(piece)} in a text: ${shortText} → ${longText} ms`,
    );
  }
});
