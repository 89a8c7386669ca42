import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { html, words } from "../../../support/drawn-markdown.ts";

describe("tags", () => {
  it("of a few kinds are what they are in HTML, others the characters they are", () => {
    assert.match(
      html(
        'Press <kbd>Ctrl</kbd>+<KBD class="x">C</KBD>, H<sub>2</sub>O, x<sup>2</sup>, <mark>**so**</mark>, a<br>b<br/>c',
      ),
      /Press <kbd>Ctrl<\/kbd>\+<kbd>C<\/kbd>, H<sub>2<\/sub>O, x<sup>2<\/sup>, <mark><strong>so<\/strong><\/mark>, a<br\/>b<br\/>c/,
    );
    for (const text of [
      "Vec<String> and a <placeholder> and List<T>",
      '<p align="center">',
      "a <sub>b",
      "a</sub> b",
      "<b>x</b>",
    ])
      assert.equal(words(html(text)).trim(), text);
    assert.match(html("| a |\n|---|\n| slow<br>flaky |"), /slow<br\/>flaky/);
    assert.equal(
      words(html("a <!-- hidden --> b\n\n<!-- all -->\n\nc")).replace(/\s+/g, " ").trim(),
      "a b c",
    );
  });

  it("fold what they are written around, and end where they end", () => {
    for (const text of [
      "<details>\n<summary>More</summary>\n\n- hidden **item**\n\n</details>\n\nafter",
      "<details><summary>More</summary>\n\n- hidden **item**\n</details>\nafter",
      "<details>\n  <summary>\n  More\n  </summary>\n- hidden **item**\n</details>\n\nafter",
    ])
      assert.match(
        html(text),
        /^<details><summary dir="auto">More<\/summary><ul[^]*hidden <strong>item<\/strong>[^]*<\/ul><\/details><p dir="auto">after<\/p>$/,
        text,
      );
    assert.match(
      html("<details open>\n<summary>A</summary>\ntext"),
      /^<details open=""><summary dir="auto">A<\/summary><p/,
    );
    assert.match(html("<details>\n<summary>A</summary>\ntext", true), /^<details open="">/);
  });
});

describe("details", () => {
  const folded = /<details><summary dir="auto">S<\/summary>[^]*text[^]*<\/details>/;
  const around = fc.constantFrom("", "> ", "- ", "1. ", "> - ");
  const end = fc.constantFrom("</details>", "\n</details>", " </DETAILS >", "\n\n</details>");
  it("begin wherever a line does, and end where a line ends", () => {
    fc.assert(
      fc.property(around, end, fc.boolean(), (mark, closing, isList) => {
        const indent = mark.replace(/[^> ]/g, " ");
        const inner = isList ? "\n- text" : "text";
        const lines = `<details><summary>S</summary>${inner}${closing}\nafter`.split("\n");
        const source = lines.map((each, at) => (at === 0 ? mark : indent) + each).join("\n");
        const page = html(source);
        assert.match(page, folded, source);
        assert.match(page, /<\/details><p dir="auto">after<\/p>/, source);
        assert.doesNotMatch(page, /&lt;/, source);
      }),
      { numRuns: 60 },
    );
  });
  it("in code are code, and ends in code are none", () => {
    assert.match(html("<details><summary>S</summary>\n\n```\ntext</details>\n```\n</details>"), folded);
    assert.match(html("<details>\n\n`</details>` ends it\n</details>"), /<code dir="ltr">&lt;\/details&gt;/);
  });
});

describe("a comment", () => {
  const inside = ["text", "", "- item", "```", "> quote", "# head", "| a |\n|---|"];
  it("that begins a line hides all that stands in it, over blank lines and blocks", () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...inside), { maxLength: 8 }), (lines) => {
        const page = html(`before\n<!-- ${lines.join("\n")} -->\nafter`);
        assert.equal(page, '<p dir="auto">before</p><p dir="auto">after</p>');
      }),
      { numRuns: 60 },
    );
    assert.match(
      html("- a\n  <!-- x\n\n  y -->\n- b"),
      /^<ul dir="ltr"><li>[^]*a<\/p><\/li><li><p[^]*b<\/p>/,
    );
  });
  it("without an end is text in the end, and not seen while one may come", () => {
    assert.equal(words(html("<!-- a\n\nb")).trim(), "<!-- a\n\nb");
    assert.equal(words(html("<!-- a\n\nb", true)).trim(), "");
  });
});

describe("a quote that begins with its kind", () => {
  for (const kind of ["NOTE", "TIP", "IMPORTANT", "WARNING", "caution"])
    it(`${kind} is named so`, () =>
      assert.match(
        html(`> [!${kind}]\n> Mind this.`),
        new RegExp(
          `<blockquote dir="ltr" class="alert is-${kind.toLowerCase()}"><p class="alert-name">${kind.toLowerCase()}</p><p dir="auto">Mind this.`,
        ),
      ));
  it("is a quote otherwise", () => assert.match(html("> [!OTHER]\n> x"), /<p dir="auto">\[!OTHER\]<br\/>x/));
});

describe("a task", () => {
  it("keeps the number of its item", () => {
    assert.match(
      html("1. [ ] ordered\n2. plain"),
      /<ol dir="ltr"><li class="task"><span class="box">☐ <\/span><p dir="auto">ordered/,
    );
  });
});

describe("beside the box of a task", () => {
  for (const text of ["# heading", "- nested", "> quote", "    indented", "1. one", "| a | b |"])
    it(`stand words: ${text}`, () =>
      assert.equal(
        html(`- [x] ${text}`).replaceAll("&gt;", ">"),
        `<ul dir="ltr"><li class="task"><span class="box">☑ </span><p dir="auto">${text.trim()}</p></li></ul>`,
      ));
});
