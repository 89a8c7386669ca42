import assert from "node:assert/strict";
import { test } from "node:test";
import { parseHTML } from "linkedom";
import { elementText } from "#lib/web/element-text.ts";
import { plainPageText } from "#lib/web/page-text.ts";

const textOf = (body: string): string => {
  const { document } = parseHTML(`<!doctype html><html><body>${body}</body></html>`);
  return plainPageText(elementText(document.body, "https://a.example/docs/page"));
};

const rows: [what: string, body: string, text: string][] = [
  ["paragraphs", "<p>One  \n two</p><p>three</p>", "One two\n\nthree"],
  ["headings", "<h2>Head</h2>text", "## Head\n\ntext"],
  ["lists", "<ul><li>a</li><li>b <b>c</b></li></ul>", "- a\n- b c"],
  ["breaks", "a<br>b", "a\nb"],
  ["a table", "<table><tr><th>x</th><th>y</th></tr><tr><td>1</td><td>2</td></tr></table>", "x | y\n1 | 2"],
  ["code", "<pre>a  b\n  c</pre>", "```\na  b\n  c\n```"],
  ["a link", 'see <a href="../x">the <i>page</i></a>.', "see [the page](https://a.example/x)."],
  ["links that lead nowhere", '<a href="#a">a</a> <a href="javascript:1">b</a> <a>c</a>', "a b c"],
  ["a picture", '<img src="x" alt="a cat">', "[image: a cat]"],
  ["scripts and styles", "<script>x</script><style>y</style><template>z</template>w", "w"],
  [
    "what a person is not shown",
    '<p hidden>a</p><p style="display: none">b</p><div aria-hidden="true">c</div><span style="font-size:0">d</span>e',
    "e",
  ],
  ["Chinese", "<h1>标题</h1><p>第一段。</p><p>第二段。</p>", "# 标题\n\n第一段。\n\n第二段。"],
];
for (const [what, body, text] of rows)
  test(`${what}: their form stays`, () => assert.equal(textOf(body), text));

test("an element that nests as deep as can be costs no stack", () => {
  const depth = 20_000;
  assert.equal(textOf(`${"<div>".repeat(depth)}deep${"</div>".repeat(depth)}`), "deep");
});
