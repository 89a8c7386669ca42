import assert from "node:assert/strict";
import { test } from "node:test";
import { en } from "#lib/client/i18n/en.ts";
import { translator } from "#lib/client/i18n/translate.ts";
import { showHidden } from "#lib/client/show-hidden.ts";

/** Of each kind some, and what one of them becomes between two letters. */
const kinds: Record<string, readonly number[]> = {
  bidi: [0x202a, 0x202e, 0x2066, 0x2069, 0x200e, 0x200f, 0x61c],
  "zero-width": [0x200b, 0x200c, 0x200d, 0x2060, 0x2064, 0xfeff, 0x180e, 0x34f],
  "variation selectors": [0xfe00, 0xfe0e, 0xfe0f, 0xe0100, 0xe01ef, 0x180b],
  tags: [0xe0001, 0xe0041, 0xe007f, 0xe0080, 0xe0fff],
  fillers: [0x115f, 0x1160, 0x3164, 0xffa0, 0x16fe4],
  blanks: [0x13441, 0x13442, 0x1d159],
  others: [0x0, 0x1b, 0x7f, 0x9b, 0x206a, 0x206f, 0xfff9, 0x1d173],
};

const codeOf = (code: number) => code.toString(16).toUpperCase().padStart(4, "0");

for (const [kind, codes] of Object.entries(kinds)) {
  test(`${kind} are marks: one, many, at either end, after an emoji, and between letters`, () => {
    for (const code of codes) {
      const one = String.fromCodePoint(code);
      assert.equal(showHidden(`a${one}b`), `a⟦U+${codeOf(code)}⟧b`, codeOf(code));
      assert.equal(showHidden(one), `⟦U+${codeOf(code)}⟧`, codeOf(code));
      for (const text of [
        one.repeat(5),
        `a${one.repeat(5)}`,
        `😀${one.repeat(5)}`,
        `字${one.repeat(5)}`,
        `نا${one.repeat(5)}`,
      ]) {
        const shown = showHidden(text);
        assert.match(shown, /⟦U\+/, `${codeOf(code)}: ${text}`);
        assert.equal(showHidden(shown), shown, "marks stay");
      }
    }
  });
}

test("a text hidden in variation selectors or zero-width bits behind a word or an emoji is seen, once and short", () => {
  const bytes = [...Buffer.from("the secret")];
  const selectors = bytes
    .map((byte) => String.fromCodePoint(byte < 16 ? 0xfe00 + byte : 0xe0100 + byte - 16))
    .join("");
  assert.equal(showHidden(`😀${selectors}`).replace(/⟦[^⟧]*⟧/g, ""), "😀");
  const bits = bytes.map((byte) => byte.toString(2).replace(/0/g, "\u200B").replace(/1/g, "\u200C")).join("");
  assert.match(showHidden(`word${bits}`), /^word⟦U\+200C ×\d+⟧$/);
});

test("a text hidden one selector behind each ideograph, digit or sign is seen: only names are written with them", () => {
  const shown = (letters: string, selectors: readonly string[]) =>
    showHidden([...letters].map((each, at) => each + selectors[at % selectors.length]).join(""));
  const marks = (text: string) => text.match(/⟦U\+\w+⟧/g)?.length ?? 0;
  for (const selectors of [
    ["\u{E0100}", "\u{E0111}"],
    ["\uFE00", "\uFE01"],
  ])
    assert.equal(marks(shown("人之初性本善习相近", selectors)), 5);
  assert.equal(marks(shown("人之初性本善习相近", ["\u{E0120}", "\u{E01EF}", "\uFE03"])), 9);
  for (const selectors of [["\uFE0E", "\uFE0F"], ["\uFE0F"], ["\uFE00"]])
    assert.equal(marks(`${shown("1234567#+<=$", selectors)}.`), 12);
});

test("what is part of a script or an emoji stays as it is, also while it is being written", () => {
  for (const text of [
    ...["❤️", "☎︎", "👩‍💻", "👨‍👩‍👧‍👦", "🏳️‍🌈", "❤️‍🔥", "🧑🏽‍❤️‍💋‍🧑🏻", "🏴󠁧󠁢󠁥󠁮󠁧󠁿", "1️⃣", "#️⃣", "🇩🇪", "👍🏽", "©️", "→︎"],
    ...[
      "می‌خواهم",
      "क्‍ष",
      "ശ്രീ",
      "ภาษา\u200Bไทย",
      "ශ්‍රී",
      "葛\u{E0100}城市",
      "ᠠᠢ᠌",
      "עברית\u200F.",
      "Wör\u00ADter",
      "日本語",
      "한국어",
    ],
    ...["line\tand\nline\r\n", "plain"],
  ])
    for (const end of text.length > 12
      ? [text.length]
      : [...text].map((_, at) => [...text].slice(0, at + 1).join("").length))
      assert.equal(showHidden(text.slice(0, end)), text.slice(0, end), JSON.stringify(text.slice(0, end)));
});

test("every value in a sentence of the page is shown so: titles, models, hosts", () => {
  const t = translator(en);
  assert.equal(t("app.title", { title: "a\u200Bb" }), "a⟦U+200B⟧b · Rivulet");
  assert.match(t("model.note", { model: "gpt\u202E4" }), /gpt⟦U\+202E⟧4/);
});

test("a long text costs little", () => {
  const began = performance.now();
  for (const text of [
    "a\u200B".repeat(100_000),
    "\uFE0F".repeat(200_000),
    "😀\u200D".repeat(50_000),
    `${"x".repeat(1_000_000)}\u200B`,
  ])
    showHidden(text);
  assert.ok(performance.now() - began < 2000);
});

test("every character that Unicode has drawn as nothing is a mark between letters, but the place to divide a word", () => {
  const unmarked = Array.from({ length: 0x110000 }, (_, code) => code)
    .filter((code) => code < 0xd800 || code > 0xdfff)
    .map((code) => String.fromCodePoint(code))
    .filter((each) => /\p{Default_Ignorable_Code_Point}|[\u{13430}-\u{13442}\u{1d159}]|\u{16fe4}/u.test(each))
    .filter((each) => !showHidden(`a${each}b`).includes("⟦"));
  assert.deepEqual(unmarked, ["\u00ad"]);
  for (const text of ["\u{13000}\u{13431}\u{13001}", "\u{13000}\u{13441}\u{13001}"])
    assert.equal(showHidden(text), text);
});
