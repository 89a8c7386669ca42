import assert from "node:assert/strict";
import { test } from "node:test";
import { questionPieces } from "#components/transcript/question-pieces.ts";

/** Code between «», lines of code between «« »». */
const written = (text: string): string =>
  questionPieces(text)
    .map((piece) =>
      piece.type === "text" ? piece.text : piece.type === "code" ? `«${piece.text}»` : `««${piece.text}»»`,
    )
    .join("");

const rows: [question: string, pieces: string][] = [
  ["What is a fold?", "What is a fold?"],
  ["What does `a + b` do?", "What does «a + b» do?"],
  ["``a ` b`` and `c", "«a ` b» and `c"],
  ["a ` b\n\nc ` d", "a ` b\n\nc ` d"],
  ["Why?\n```ts\nlet a = 1;\n```\nTell me", "Why?««let a = 1;»»Tell me"],
  ["Why?\n~~~~\n```\n~~~\n~~~~", "Why?««```\n~~~»»"],
  ["Why?\n```\nnot closed\n  at all", "Why?««not closed\n  at all»»"],
  ["``` is ``` a fence?", "«is» a fence?"],
  [
    "def f(x):\n    return x + 1\n\nprint(f(2))\nWhat does it print?",
    "««def f(x):\n    return x + 1\n\nprint(f(2))»»What does it print?",
  ],
  ["为什么报错？\nconst a = 1;\nconst b = a;\na = 2;", "为什么报错？««const a = 1;\nconst b = a;\na = 2;»»"],
  ["SELECT *\nFROM orders\nWHERE total > 5", "««SELECT *\nFROM orders\nWHERE total > 5»»"],
  ["Roses are red,\nviolets are blue;\nsugar is sweet", "Roses are red,\nviolets are blue;\nsugar is sweet"],
  ["Name: Li\nAge: 5\nCity: Rome", "Name: Li\nAge: 5\nCity: Rome"],
  ["- one\n- two\n- three", "- one\n- two\n- three"],
  ["春眠不觉晓，\n处处闻啼鸟。\n夜来风雨声，", "春眠不觉晓，\n处处闻啼鸟。\n夜来风雨声，"],
];

test("what is marked as code, and lines that look like code, are code; nothing else is", () => {
  for (const [question, pieces] of rows) assert.equal(written(question), pieces, question);
});

test("no letter of a question is lost, whatever backticks it has, and it takes linear time", () => {
  const alphabet = ["`", "``", "\n```\n", "\n", "\n\n", "\n~~~\n", "é", " ", ";", "{", "字"];
  let seed = 7;
  const random = () => (seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648) / 2_147_483_648;
  const bare = (text: string) => text.replace(/[`~\s]/g, "");
  for (let round = 0; round < 2000; round += 1) {
    const text = Array.from({ length: 20 }, () => alphabet[Math.floor(random() * alphabet.length)]).join("");
    assert.equal(
      bare(
        questionPieces(text)
          .map((piece) => piece.text)
          .join(""),
      ),
      bare(text),
      JSON.stringify(text),
    );
  }
  for (const hostile of [
    "`".repeat(128_000),
    "` ".repeat(64_000),
    "`a``b".repeat(25_000),
    "a;\n".repeat(40_000),
    "a b;\nc d\n".repeat(16_000),
  ]) {
    const began = performance.now();
    questionPieces(hostile);
    assert.ok(performance.now() - began < 2000, `${hostile.slice(0, 8)}: ${performance.now() - began} ms`);
  }
});
