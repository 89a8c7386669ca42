import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { createElement } from "react";
import { renderToStaticMarkup } from "react-dom/server";
import { MarkdownBlocks } from "../../../../components/message/markdown/markdown-blocks.ts";
import { CLEAN_ANSWERS } from "./corpus.ts";

const labels = { copy: "", copied: "" };

function html(text: string, done: boolean): string {
  return renderToStaticMarkup(createElement(MarkdownBlocks, { text, live: !done, labels }));
}

function shown(text: string, done = false): string {
  const page = html(text, done);
  const words = page
    .replace(/<figure.*?<\/figure>/gs, "")
    .replace(/<\/(?:p|h\d|li|tr)>/g, "\n")
    .replace(/<[^>]*>/g, "");
  return words.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&").replace(/\n+$/, "");
}

describe("a live answer", () => {
  it("shows no raw mark at any prefix", () => {
    for (const text of CLEAN_ANSWERS) {
      for (let end = 1; end <= text.length; end++) {
        const seen = shown(text.slice(0, end));
        const raw = /\*|~~|`|\]\(|!\[|^#|\|[-:]|^\s*(?:[-+=_]+|\d+[.)])\s*$|^\|/m.exec(seen);
        assert.equal(
          raw?.[0],
          undefined,
          `after ${JSON.stringify(text.slice(0, end).slice(-40))}: ${JSON.stringify(seen.slice(-80))}`,
        );
      }
    }
  });

  const heldBack: readonly (readonly [string, string])[] = [
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
    ["so <https://x.i", "so https://x.i"],
    ["so <http", "so"],
    ["so <placeholder", "so <placeholder"],
    ["so Vec<Str", "so Vec<Str"],
    ["so!", "so"],
    ["!", ""],
    ["so <kb", "so"],
    ["so <kbd>Ct", "so Ct"],
    ["so <!-- hidden", "so"],
    ["so \\(x^", "so \\(x^"],
    ["so [1", "so"],
    ["so [1]", "so"],
    ["so[^no", "so"],
    ["so \\", "so"],
    ["**“重", "“重"],
    ["a\n\n##", "a"],
    ["a\n\n## ", "a"],
    ["a\n\n-", "a"],
    ["a\n\n- ", "a"],
    ["a\n\n- [", "a"],
    ["a\n\n- [x]", "a"],
    ["a\n\n- [x] ", "a"],
    ["a\n\n12.", "a"],
    ["a\n1.", "a"],
    ["a\n1. ", "a"],
    ["a\n\n> [!NO", "a"],
    ["a\n\n<deta", "a"],
    ["a\n\n> <deta", "a"],
    ["a\n\n<details><summary>", "a"],
    ["a\n\n<details>b</det", "a\n…b"],
    ["a\n\n<!-- b\n\n- c", "a"],
    ["| b | `c\\", "bc"],
    ["a\n\n[^1]: ", "a"],
    ["a\n\n\\[", "a"],
    ["a\n\n>", "a"],
    ["a\n\n``", "a"],
    ["a\n\n```ts", "a"],
    ["a\n\n| b | c", "a\nbc"],
    ["a\n\n| b | c |\n|--", "a\nbc"],
    ["a\n--", "a"],
    ["a [l]\n\n[l]: https://x", "a [l]"],
    ["a [label]\n\n[lab", "a [label]"],
  ];
  for (const [text, seen] of heldBack) {
    it(`shows ${JSON.stringify(text)} as ${JSON.stringify(seen)}`, () =>
      assert.equal(shown(text).trim(), seen));
  }

  it("waits with a heading, a rule and a code block until their line is whole", () => {
    for (const text of ["a\n--", "a\n===", "a\n\n---", "a\n\n***", "a\n\n```ts", "a\n\n12", "a\n\n~~~ts"])
      assert.equal(html(text, false), html("a\n", false), text);
  });

  it("draws the head of a table while it is written, and turns a column once, when their row is whole", () => {
    const head = html("| a | b |", false);
    assert.match(head, /<th dir="auto" scope="col">a<\/th><th/);
    for (const text of ["| a | b |\n|--|-", "| a | b |\n|--|--", "| a | b |\n|--|--:", "| a | b |\n|--|--:|"])
      assert.equal(html(text, false), head, text);
    assert.match(html("| a | b |\n|--|--:|\n", false), /<th dir="auto" class="r" scope="col">b/);
  });

  it("hides nothing once it is done", () => {
    for (const text of [
      "so **bo",
      "so `co",
      "so [te](htt",
      "so ~~go",
      "so &am",
      "| b | c",
      "-x",
      "so <",
      "so \\",
      "[l",
      "5 * 3",
    ])
      assert.equal(shown(text, true), text);
  });

  it("shows what is meant literally as soon as it is clear", () => {
    assert.equal(shown("5 * 3 is"), "5 * 3 is");
    assert.equal(shown("snake_case_name is"), "snake_case_name is");
    assert.equal(shown("a < b and"), "a < b and");
    assert.equal(shown("R&D and"), "R&D and");
    assert.equal(shown("f(x)[0] (as"), "f(x)[0] (as");
  });

  it("shows what looked like the head of a table and is none", () => {
    assert.equal(shown("| a | b |\nno table after all").includes("| a | b |"), true);
  });

  it("shows what somebody says as it comes, though it may be a definition", () => {
    for (const text of [
      "[Speaker 1]: this is",
      "[Speaker 1]: this",
      "[Anna]: Hel",
      "[Anna]: Hello!\n\n[Ben]: Hi th",
    ])
      assert.equal(shown(text).replace(/\s+/g, " "), text.replace(/\s+/g, " "));
  });
});
