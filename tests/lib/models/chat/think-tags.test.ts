import assert from "node:assert/strict";
import { test } from "node:test";
import { createThinkTags } from "#lib/models/chat/think-tags.ts";
import { readShared, skipWithoutShared } from "../../../support/shared-files.ts";

function read(deltas: readonly string[], startsThinking = false) {
  const tags = createThinkTags({ startsThinking });
  const read = { text: "", reasoning: "" };
  for (const delta of deltas)
    if (tags.passes(delta)) read.text += delta;
    else for (const { type, text } of tags.push(delta)) read[type] += text;
  for (const { type, text } of tags.flush()) read[type] += text;
  return read;
}

/** As it is, whole, by the character, and cut in two anywhere. */
function* splits(deltas: readonly string[]): Generator<readonly string[]> {
  const whole = deltas.join("");
  yield deltas;
  yield [whole];
  yield [...whole];
  for (let cut = 1; cut < whole.length; cut += 1) yield [whole.slice(0, cut), whole.slice(cut)];
}

const cases: [what: string, written: string, text: string, reasoning: string, starts?: boolean][] = [
  ["no tag", "a < b, a <thing>", "a < b, a <thing>", ""],
  ["a thought before the text", "<think>a</think>b", "b", "a"],
  ["white space around it", "\n<think>\na\n</think>\n\nb", "\n\n\nb", "\na\n"],
  ["thoughts in the text", "a<think>b</think>c<think>d</think>e", "ace", "bd"],
  ["a thought that never ends", "<think>a < b </thin", "", "a < b </thin"],
  ["the beginning of a tag", "a <thi", "a <thi", ""],
  ["the rarer tags at the start", "<thought>a</thought><thinking>b</thinking>c", "c", "ab"],
  ["other models' tags", "[THINK]a[/THINK]b", "b", "a"],
  ["the rarer tags later", "a <thought>b</thought>", "a <thought>b</thought>", ""],
  ["the end of a thought that came another way", "</think>\n\na", "\n\na", ""],
  ["an end without a beginning, later", "a</think>b", "a</think>b", ""],
  ["a tag in code", "`<think>` opens `</think>`", "`<think>` opens `</think>`", ""],
  ["a tag in a fence, and behind it", "```\n<think>\n```\n<think>a</think>", "```\n<think>\n```\n", "a"],
  ["a tag inside of code", "`a <think> b` c", "`a <think> b` c", ""],
  ["a tag in a fence of tildes", "~~~\n<think>\n~~~\n<think>a</think>", "~~~\n<think>\n~~~\n", "a"],
  ["a tag behind a line with a lone backtick", "a ` b\n<think>c</think>", "a ` b\n", "c"],
  ["a prompt that opened it", "a</think>b", "b", "a", true],
  ["a prompt that opened it, and the model too", "<think>a</think>b", "b", "a", true],
  ["a prompt that opened it, and no thought", "</think>b", "b", "", true],
];
for (const [what, written, text, reasoning, starts] of cases)
  test(`${what}: ${JSON.stringify(written)}, however it is cut`, () => {
    for (const deltas of splits([written]))
      assert.deepEqual(read(deltas, starts), { text, reasoning }, JSON.stringify(deltas));
  });

test("of a tag that comes by the character nothing is ever shown", () => {
  const tags = createThinkTags({ startsThinking: false });
  const shown = [..."<think>a</think>b"].flatMap((character) => tags.push(character));
  assert.deepEqual(shown, [
    { type: "reasoning", text: "a" },
    { type: "text", text: "b" },
  ]);
  assert.equal(tags.isThinking, false);
});

test("each worked case of ../shared, however it is cut", { skip: skipWithoutShared }, () => {
  interface SharedCase {
    id: string;
    deltas: string[];
    expected: { text: string; reasoning: string };
  }
  const { cases: worked }: { cases: SharedCase[] } = JSON.parse(
    readShared("cases/think-tags.json").toString(),
  );
  assert.ok(worked.length > 5);
  for (const { id, deltas, expected } of worked)
    for (const cut of splits(deltas)) assert.deepEqual(read(cut), expected, id);
});
