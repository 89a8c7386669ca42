import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { createElement } from "react";
import { renderToStaticMarkup } from "react-dom/server";
import { MarkdownBlocks } from "#components/message/markdown/markdown-blocks.ts";

const labels = { copy: "", copied: "" };

/** The characters of a prefix that a reader sees while more may come. */
function seen(text: string): string {
  const page = renderToStaticMarkup(createElement(MarkdownBlocks, { text, live: true, labels }));
  return page
    .replace(/<figure[^]*?<\/figure>|<[^>]*>/g, "")
    .replaceAll("&lt;", "<")
    .replaceAll("&gt;", ">")
    .replaceAll("&amp;", "&");
}

const marks = [..."[]*_`~\\<>#|!$^&{}()-+="];

/** One text a class; each is cut at every character. */
const texts = [
  "**bold** and *it* and ***both*** and __b__ and ~~s~~ and `c` and ``c`d`` end",
  "中文**重点**：说明，**“引号”**后，*强调*，~~删~~。",
  "It is $5 and **$10**; $x^2 + y_1$ and \\(a_1 * b_2\\), not \\[1\\] nor \\(these words\\) end",
  "$$\nx_1 * y_2\n$$\n\n\\[\n\\begin{pmatrix} a & b \\\\ c & d \\end{pmatrix}\n\\]\n\n\\[TODO\\] end",
  'wow! ![alt](https://x.test/i.png) and ![a][b] and [l](https://x.test "t") and <https://x.test> and [1] end',
  "1. one\n2. **two**\n   - three\n   - [ ] four\n   - [x] five\n10. ten\n",
  "> quote **b**\n> > deeper\n\n> [!WARNING]\n> take care *now*\n\n> <details><summary>S</summary>x</details>\n",
  "# H1 **b**\n## H2 `c`\n\nSetext\n===\n\na\n---\n",
  "| a | **b** | `c\\|d` |\n|:--|:-:|--:|\n| 1 | *x* | [l](https://x.test) |\n| $x$ | ~~s~~ | `a\\|b` |\n",
  "a<sub>1</sub> <kbd>Ctrl</kbd>+<kbd>C</kbd> <mark>**so**</mark><br>x <!-- c --> y\n<!-- a\n\n- b -->\nend",
  "<details>\n<summary>More **x**</summary>\n\n- a *b*\n\n</details>\n\n<details>x</details>\nafter",
  "Steps:\n1. First\n2. Second\n\nSee [1] and [2]. And a[^1] b[^n].\n\n[^1]: Note **one**.\n[^n]: Two\n",
  "Escaped \\*not\\* \\_x\\_ \\# \\[a\\] \\`c\\` \\\\ \\| \\~ \\! \\< \\& and &amp; &lt; &copy; &#65; &rarr; end",
  "https://x.test/a_b_c?x=1&y=2#z, www.x.test/a*b, a_b@x.test, https://münchen.example/{ä}/[a]/b end",
  "- a\n- b\n\n***\n\n* c\n+ d\n---\nLine one\\\nline two  \nline three\n",
  "**[[1]](https://x.test)** [a [b]](https://x.test) [![i](https://x.test/i.png)](https://x.test)",
  "A: Hello.\nB: Hi, **C**!\n\n[Anna]: Hello! How *are* you?\n\n[Ben]: Fine.\n",
  "## مقارنة **س**\n\n- العنصر `a`\n  - [x] ب\n\n> اقتباس\n\n| أ | ب |\n|---|---:|\n| ج | 3 |\n",
];

describe("text of every kind, cut at every character", () => {
  for (const text of texts)
    it(`never takes a mark away that it has shown: ${JSON.stringify(text.slice(0, 60))}`, () => {
      let before = "";
      for (let end = 1; end <= text.length; end += 1) {
        const now = seen(text.slice(0, end));
        for (const mark of marks)
          assert.ok(
            now.split(mark).length >= before.split(mark).length,
            `${mark} goes with ${JSON.stringify(text.slice(0, end).slice(-24))}: ${before.slice(-40)}`,
          );
        before = now;
      }
    });
});
