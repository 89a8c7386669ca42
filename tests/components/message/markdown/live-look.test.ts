import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Block } from "../../../../components/message/markdown/block.ts";
import { members } from "../../../../components/message/markdown/growing.ts";
import { phraseText } from "../../../../components/message/markdown/parse-inline.ts";
import { look, nothingSettled, settle, settleMore } from "../../../../components/message/markdown/settle-blocks.ts";
import { CLEAN_ANSWERS } from "./corpus.ts";

function shown(text: string, done = false): string {
  return members(look(settle(nothingSettled, text), done).blocks).map(words).join("\n");
}

function words(block: Block): string {
  switch (block.type) {
    case "paragraph":
      return members(block.pieces).map(phraseText).join("");
    case "heading":
      return phraseText(block.phrase);
    case "code":
      return "";
    case "quote":
      return members(block.blocks).map(words).join("\n");
    case "list":
      return members(block.items).map((item) => members(item.blocks).map(words).join("\n")).join("\n");
    case "table":
      return [block.head, ...members(block.rows)].map((row) => row.map(phraseText).join("\t")).join("\n");
    case "rule":
      return "";
    default:
      return block satisfies never;
  }
}

describe("a live answer", () => {
  it("shows no raw mark at any prefix", () => {
    for (const text of CLEAN_ANSWERS) {
      let settled = nothingSettled;
      for (const char of text) {
        settled = settleMore(settled, char);
        const seen = members(look(settled, false).blocks).map(words).join("\n");
        const raw = /\*|~~|`|\]\(|!\[|^#|\|[-:]|^\s*(?:[-+=_]+|\d+[.)])\s*$|^\|/m.exec(seen);
        assert.equal(raw?.[0], undefined, `after ${JSON.stringify(settled.text.slice(-40))}: ${JSON.stringify(seen.slice(-80))}`);
      }
    }
  });

  const held: readonly (readonly [string, string])[] = [
    ["so **bo", "so bo"],
    ["so **", "so"],
    ["so **bold*", "so bold"],
    ["so ***bo", "so bo"],
    ["so `co", "so co"],
    ["so ``co`", "so co"],
    ["so [te", "so te"],
    ["so [te](htt", "so te"],
    ["so [te](<htt", "so te"],
    ['so [te](https://x.io "ti', "so te"],
    ["so [te][re", "so te"],
    ["so ![al", "so al"],
    ["so ~~go", "so go"],
    ["so ~", "so"],
    ["so &am", "so"],
    ["so <https://x.i", "so"],
    ["so \\", "so"],
    ["**“重", "“重"],
    ["a\n\n##", "a"],
    ["a\n\n## ", "a"],
    ["a\n\n-", "a"],
    ["a\n\n- ", "a"],
    ["a\n\n- [", "a"],
    ["a\n\n- [x]", "a"],
    ["a\n\n12.", "a"],
    ["a\n\n>", "a"],
    ["a\n\n``", "a"],
    ["a\n\n```ts", "a"],
    ["a\n\n| b | c", "a"],
    ["a\n\n| b | c |\n|--", "a"],
    ["a\n--", "a"],
    ["a\n\n[l]: https://x", "a"],
  ];
  for (const [text, seen] of held) {
    it(`shows ${JSON.stringify(text)} as ${JSON.stringify(seen)}`, () => assert.equal(shown(text).trim(), seen));
  }

  it("hides nothing once it is done", () => {
    for (const text of ["so **bo", "so `co", "so [te](htt", "so ~~go", "so &am", "| b | c", "-x", "so <", "so \\", "[l", "5 * 3"]) assert.equal(shown(text, true), text);
  });

  it("shows what is meant literally as soon as it is clear", () => {
    assert.equal(shown("5 * 3 is"), "5 * 3 is");
    assert.equal(shown("snake_case_name is"), "snake_case_name is");
    assert.equal(shown("a < b and"), "a < b and");
    assert.equal(shown("R&D and"), "R&D and");
    assert.equal(shown("f(x)[0] (as"), "f(x)[0] (as");
  });

  it("never holds back more than one line of a table's head", () => {
    assert.equal(shown("| a | b |\nno table after all").includes("| a | b |"), true);
  });
});
