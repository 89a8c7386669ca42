import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { textField, wellFormedString } from "#lib/runs/text-field.ts";

const codes = (text: unknown) => (textField(4).safeParse(text).error?.issues ?? []).map(({ code }) => code);

describe("a text that people write", () => {
  const cases: [title: string, text: unknown, codes: string[]][] = [
    ["is taken as it is", " a\n", []],
    ["may be as long as the limit", "abcd", []],
    ["is measured in characters, not in units of UTF-16", "😀😀😀😀", []],
    ["is too long beyond it", "abcde", ["too_big"]],
    ["is too long with spaces at its end", "a    ", ["too_big"]],
    ["is not empty", "", ["custom"]],
    ["is more than space", " \n\t", ["custom"]],
    ["is more than what nobody sees", "\u200b\u2060\ufeff", ["custom"]],
    ["is more than Hangul fillers", "\u3164\u115f\u1160\uffa0", ["custom"]],
    ["is a text", 1, ["invalid_type"]],
  ];
  for (const [title, text, expected] of cases) test(title, () => assert.deepEqual(codes(text), expected));
});

describe("half a surrogate pair becomes U+FFFD", () => {
  const cases: [title: string, text: string, kept: string][] = [
    ["the first half alone", "\ud83d", "\ufffd"],
    ["the second half alone", "\ude00", "\ufffd"],
    ["at the start", "\ude00ab", "\ufffdab"],
    ["in the middle", "a\ud83db", "a\ufffdb"],
    ["at the end", "ab\ud83d", "ab\ufffd"],
    ["two in the wrong order", "\ude00\ud83d", "\ufffd\ufffd"],
    ["two first halves before a pair", "\ud83d\ud83d😀", "\ufffd\ufffd😀"],
    ["not in a pair", "😀", "😀"],
  ];
  for (const [title, text, kept] of cases)
    test(title, () => {
      assert.equal(textField(4).parse(text), kept);
      assert.equal(wellFormedString.parse(text), kept);
    });
});

test("what is too long is told how long it is and may be", () => {
  const [issue] = textField(4).safeParse("😀".repeat(5)).error?.issues ?? [];
  assert.equal(issue?.message, "has 5 characters, at most 4 are allowed");
  assert.equal(issue.code === "too_big" && issue.maximum, 4);
});
