import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { textField } from "#lib/runs/text-field.ts";

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
    ["is a text", 1, ["invalid_type"]],
  ];
  for (const [title, text, expected] of cases) test(title, () => assert.deepEqual(codes(text), expected));
});

test("what is too long is told how long it is and may be", () => {
  const [issue] = textField(4).safeParse("😀".repeat(5)).error?.issues ?? [];
  assert.equal(issue?.message, "has 5 characters, at most 4 are allowed");
  assert.equal(issue.code === "too_big" && issue.maximum, 4);
});
