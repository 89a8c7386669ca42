import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { isInvisible } from "#lib/protocol/is-invisible.ts";

describe("nobody sees", () => {
  const cases: [title: string, text: string][] = [
    ["nothing", ""],
    ["spaces and lines", " \t\r\n\u00a0\u2003\u3000\u2028"],
    ["controls", "\u0000\u0007\u0085"],
    ["Hangul fillers", "\u3164\u115f\u1160\uffa0"],
    ["a blank of Braille", "\u2800"],
    ["soft hyphens", "\u00ad"],
    ["zero-width characters", "\u200b\u200c\u200d\u2060\ufeff"],
    ["directions", "\u200e\u200f\u202a\u202e\u2066\u2069\u061c"],
    ["invisible operators", "\u2061\u2062\u2063\u2064"],
    ["variation selectors", "\ufe0f\u{e0100}\u180b\u180e"],
    ["a grapheme joiner", "\u034f"],
    ["Khmer inherent vowels", "\u17b4\u17b5"],
    ["annotations", "\ufff9\ufffa\ufffb"],
    ["tags", "\u{e0001}\u{e0041}\u{e007f}"],
    ["shorthand and musical formats", "\u{1bca0}\u{1d173}\u{1d159}"],
    ["Egyptian and Khitan blanks", "\u{13441}\u{13442}\u{16fe4}"],
    ["all of them", " \u3164\u2800\u200b\u{e0041}\n"],
  ];
  for (const [title, text] of cases) test(title, () => assert.equal(isInvisible(text), true));
});

describe("somebody sees", () => {
  for (const text of [
    "a",
    "\u3164a",
    "한",
    ".",
    "😀",
    "👩‍👩‍👧",
    "\ufffd",
    "क्",
    "⠁",
    "\u{1d15e}",
    "\ue000",
    "\u0600",
  ])
    test(JSON.stringify(text), () => assert.equal(isInvisible(text), false));
});

test("a long text takes no longer for each character", () => {
  assert.equal(isInvisible(`${"\u3164 ".repeat(500_000)}a`), false);
});
