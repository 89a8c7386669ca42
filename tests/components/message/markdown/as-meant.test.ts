import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { createElement } from "react";
import { renderToStaticMarkup } from "react-dom/server";
import { MarkdownBlocks } from "../../../../components/message/markdown/markdown-blocks.ts";
import { html, labels, words } from "../../../support/drawn-markdown.ts";

const line = fc.constantFrom(
  "The river runs",
  "**Name:** Example",
  "春眠不觉晓，",
  "1、第一点",
  "A: Hello.",
  "12 Some Street",
  "`x`",
  "*so*",
);

describe("lines", () => {
  it("stay lines, whatever they hold, and no blank appears between them", () => {
    fc.assert(
      fc.property(fc.array(line, { minLength: 2, maxLength: 60 }), (lines) => {
        // A line end in the source of a page is a blank.
        const shown = words(html(lines.join("\n")).replaceAll("\n", " "))
          .trimEnd()
          .split("\n");
        assert.deepEqual(
          shown,
          lines.map((each) => each.replace(/[*`]/g, "")),
        );
      }),
      { numRuns: 100 },
    );
  });

  it("stay lines in quotes, items, headings of two lines and notes", () => {
    for (const text of ["> a\n> b", "- a\n  b", "a\nb\n===", "x[^1]\n\n[^1]: a\n    b", "a\\\nb", "a  \nb"])
      assert.match(html(text), /a<br\/>b/, text);
  });

  it("are words of one link, or of emphasis, over their end", () => {
    assert.match(html("**a\nb**"), /<strong>a<br\/>b<\/strong>/);
  });
});

describe("a table", () => {
  it("has columns as its delimiter row says", () => {
    const page = html("| a | b | c |\n|:--|:-:|--:|\n| 1 | 2 | 3 |");
    assert.match(
      page,
      /<td class="l one-line">1<\/td><td class="c one-line">2<\/td><td class="r one-line">3/,
    );
  });

  it("has the same widths from its first row on, whatever rows follow", () => {
    const row = fc.array(fc.constantFrom("1", "a longer cell of words", "字", "-", ""), {
      minLength: 2,
      maxLength: 2,
    });
    fc.assert(
      fc.property(row, fc.array(row, { maxLength: 40 }), (first, rest) => {
        const head = "| # | Explanation |\n|---|---|\n";
        const rows = [first, ...rest].map((cells) => `| ${cells.join(" | ")} |\n`);
        const widths = (text: string, live: boolean) =>
          html(text, live).match(/<table width.*?<\/colgroup>/)?.[0];
        const before = widths(head + rows[0], true);
        assert.equal(widths(head + rows.join(""), true), before);
        assert.equal(widths(head + rows.join(""), false), before);
      }),
      { numRuns: 60 },
    );
  });

  it("gives a column of numbers little and one of sentences much", () => {
    const page = html(`| # | Explanation |\n|---|---|\n| 1 | ${"words ".repeat(30)} |`);
    const [number = 0, text = 0] = [...page.matchAll(/<col width="(\d+)"/g)].map(([, width]) =>
      Number(width),
    );
    assert.ok(number <= 48 && text >= 240, `${number} ${text}`);
  });

  it("keeps figures, dates and amounts in one line, and lets only long words break", () => {
    for (const figure of ["$1,299.00", "2014-03-02", "12.4.1-beta.3", "€89.90", "1 299 kg", "≥ 50 ms"])
      assert.match(html(`| a |\n|---|\n| ${figure} |`), /<td[^>]* class="one-line">/, figure);
    assert.match(
      html(`| a |\n|---|\n| \`/api/v1/organisations/{organisationId}/projects\` |`),
      /class="breaks"/,
    );
    assert.doesNotMatch(html("| a |\n|---|\n| some words and others |"), /<td[^>]*class/);
  });
});

describe("a formula", () => {
  const formulas: readonly (readonly [string, string, boolean])[] = [
    ["an angle \\(\\theta\\) is", "\\(\\theta\\)", false],
    [
      "\\[\n\\begin{pmatrix}\na & -b \\\\\nc & d\n\\end{pmatrix}\n\\]",
      "\\[\n\\begin{pmatrix}\na & -b \\\\\nc & d\n\\end{pmatrix}\n\\]",
      true,
    ],
    [
      "$$\n\\sum_{i=1}^{n} a_i * b_i * c \\\\\nE = mc^2\n$$",
      "$$\n\\sum_{i=1}^{n} a_i * b_i * c \\\\\nE = mc^2\n$$",
      true,
    ],
    ["$$ a * b * c $$", "$$ a * b * c $$", true],
    ["so $x_1 * y_1 * z_1$ is", "$x_1 * y_1 * z_1$", false],
    ["\\[ x^2 \\],", "\\[ x^2 \\],", true],
    ["before\n\\[\nx\n\\]\nafter", "\\[\nx\n\\]", true],
    ["- item\n  $$\n  x\n  $$", "$$\nx\n$$", true],
    [
      "\\begin{align}\na &= b \\\\\nc &= d\n\\end{align}",
      "\\begin{align}\na &= b \\\\\nc &= d\n\\end{align}",
      true,
    ],
    ["其中$x$是", "$x$", false],
    ["**bold \\(a*b*c\\)**", "\\(a*b*c\\)", false],
    ["| a |\n|---|\n| $x^2$ |", "$x^2$", false],
    ["the $n$th of them", "$n$", false],
    ["all $x_i$s", "$x_i$", false],
    ["with $f(x, y)$ of", "$f(x, y)$", false],
    ["in $[0, 1]$, and", "$[0, 1]$", false],
    ["a point $(a, b)$.", "$(a, b)$", false],
  ];
  for (const [text, raw, isBlock] of formulas) {
    it(`is shown as it is written until it is set: ${JSON.stringify(text)}`, () => {
      const page = html(text);
      const shown = /<span class="tex" dir="ltr">([^]*?)<\/span>/.exec(page)?.[1] ?? "";
      assert.equal(words(shown), raw);
      assert.equal(page.includes('<p class="display">'), isBlock);
    });
  }

  for (const text of [
    "It costs $5 and then $10, **$750 is much**, and `$x`.",
    "US$3 or 4$ more",
    "$5和$10",
    "from $5-$10, $20/mo, then 30$ a year",
    "$HOME and $PATH, $HOME/$PATH",
    "between $1,000 and $2,000 (about $1.5k)",
    "he paid $5, she 10$ for it",
    "$5, 10$ and $x, or $y",
    "it costs $5 (a$ b)",
    "see \\[1\\] and \\[a link\\] and \\(see below for more\\)",
  ])
    it(`is neither an amount nor an escaped bracket: ${text}`, () =>
      assert.doesNotMatch(html(text), /class="tex"/));

  it("without an end is the text that it is, and takes nothing after it along", () => {
    const page = html("$$\nx = 1\n\n**bold**\n\n# heading");
    assert.match(page, /<strong>bold<\/strong>/);
    assert.match(page, /<h3/);
    assert.match(page, /\$\$<br\/>x = 1/);
    assert.match(html("\\(x and **y**"), /\(x and <strong>y<\/strong>/);
  });
});

describe("a formula that is being written", () => {
  it("is words as long as it may be a bracket that was only escaped", () => {
    for (const [text, shown] of [
      ["see \\[1", "see 1"],
      ["\\[1\\", "1"],
      ["\\(see be", "see be"],
      ["so \\(x", "so x"],
      ["so \\(x^", "so \\(x^"],
      ["so \\[ a_1 +", "so \\[ a_1 +"],
    ] as const)
      assert.equal(words(html(text, true)).trim(), shown);
  });
});

describe("footnotes", () => {
  const text =
    "Water[^1] at sea level[^note], again[^1].\n\nMore.[^long]\n\n[^1]: Handbook\n[^note]: A **pressure**.\n[^long]: First.\n\n    Second.\n";
  it("stand at the end, in the order of their marks, each with a way there and back", () => {
    const page = html(text);
    const [body = "", notes = ""] = page.split("<section");
    assert.deepEqual(
      [...body.matchAll(/<sup class="note-mark"[^>]*>.*?>(\d)<\/a>/g)].map(([, at]) => at),
      ["1", "2", "1", "3"],
    );
    assert.deepEqual(
      [...notes.matchAll(/<li id="[^"]*note(\d)"/g)].map(([, at]) => at),
      ["1", "2", "3"],
    );
    assert.match(notes, /<p dir="auto">First.<\/p><p dir="auto">Second.<\/p>/);
    assert.doesNotMatch(words(page), /\[\^/);
  });

  it("have ids that stand once in a message, however often one is referred to", () => {
    const ids = [...html(text).matchAll(/ id="([^"]*)"/g)].map(([, id]) => id);
    assert.equal(ids.length, 3);
    assert.equal(new Set(ids).size, 3);
  });

  it("have ids that two messages on a page do not share", () => {
    const page = renderToStaticMarkup(
      createElement(
        "div",
        null,
        ...[1, 2].map((key) =>
          createElement(MarkdownBlocks, { key, text: "a[^1]\n\n[^1]: b", live: false, labels }),
        ),
      ),
    );
    const ids = [...page.matchAll(/ id="([^"]*note1)"/g)].map(([, id]) => id);
    assert.equal(new Set(ids).size, 2);
  });

  it("are text where one half of them is missing", () => {
    assert.match(html("a[^1] b"), /a\[\^1\] b/);
    assert.match(words(html("a\n\n[^1]: nobody refers to it")), /\[\^1\]: nobody refers to it/);
  });
});

describe("words in brackets", () => {
  const bracket = fc.letrec<{ words: string }>((tie) => ({
    words: fc.oneof(
      { maxDepth: 3 },
      fc.constantFrom("1", "PDF", "4711", "Bug", "a b"),
      tie("words").map((inner) => `[${inner}]`),
      fc.tuple(tie("words"), tie("words")).map((two) => two.join(" ")),
    ),
  }));
  it("are the words of the link around them (CommonMark 6.3)", () => {
    fc.assert(
      fc.property(bracket.words, (inner) => {
        const page = html(`Sources: [${inner}](https://example.com/a).`);
        assert.match(page, /^<p dir="auto">Sources: <a href="https:\/\/example.com\/a"/);
        assert.equal(words(page).trim(), `Sources: ${inner}.`);
      }),
      { numRuns: 200 },
    );
  });
});

describe("a link without words", () => {
  it("shows where it leads, so that it can be seen and named", () => {
    assert.match(html("[](https://example.com/a)"), />https:\/\/example\.com\/a<\/a>/);
    assert.match(html("[ ](https://example.com/a)"), />https:\/\/example\.com\/a<\/a>/);
    assert.match(html("[![](https://x.test/i.png)](https://example.com)"), />▢ image from x\.test<\/a>/);
  });
});

describe("a definition", () => {
  it("is seen where nothing refers to it", () => {
    assert.equal(
      words(html("[Anna]: Hello!\n\n[Ben]: Hi there, how are you?")).trim(),
      "[Anna]: Hello!\n[Ben]: Hi there, how are you?",
    );
    assert.match(words(html("[site]: https://example.com")), /\[site\]: https:\/\/example\.com/);
    assert.equal(words(html("[site]\n\n[site]: https://example.com")).trim(), "site");
  });
});

describe("code of Markdown", () => {
  it("holds the code blocks that are written in it", () => {
    const inner = "# Project\n\n```bash\nnpm install\n```\n\nThen:\n\n```\n";
    const page = html(
      "```markdown\n# Project\n\n```bash\nnpm install\n```\n\nThen run it.\n```\n\nTell me **more**.",
    );
    assert.match(page, /# Project\n\n```bash\nnpm install\n```\n\nThen run it\.<\/span>/);
    assert.match(page, /Tell me <strong>more<\/strong>/);
    assert.match(html(`\`\`\`js\n${inner}`), /```bash\nnpm install/);
  });
});

describe("right-to-left text", () => {
  it("turns lists, quotes and tables, and no code", () => {
    assert.match(html("- العنصر\n- item"), /^<ul dir="rtl"><li><p dir="auto">/);
    assert.match(html("> اقتباس"), /^<blockquote dir="rtl">/);
    assert.match(html("| الاسم | العمر |\n|---|---|\n| أحمد | 30 |"), /^<div class="tablebox" dir="rtl">/);
    assert.match(html("- `git status` يعرض"), /^<ul dir="rtl"><li><p dir="auto"><code dir="ltr">/);
    assert.match(html("1. first"), /^<ol dir="ltr">/);
  });
});

describe("headings and emphasis", () => {
  it("have the level that is written", () => {
    for (const [marks, tag] of [
      ["#", "h3"],
      ["##", "h4"],
      ["###", "h5"],
      ["####", "h6"],
    ] as const)
      assert.match(html(`${marks} a`), new RegExp(`^<${tag} `));
  });
  it("dots what leans in Latin letters only", () => {
    assert.match(html("*so* 和*这样*"), /<em>so<\/em> 和<em class="dotted">这样<\/em>/);
    assert.match(html("*so 这样*"), /<em>so <span class="dotted">这样<\/span><\/em>/);
  });
});
