import assert from "node:assert/strict";
import { test } from "node:test";
import { plainPageText } from "#lib/web/page-text.ts";
import { stripMarkup } from "#lib/web/strip-markup.ts";

test("what is left of a document are its words, line by line, and its title", () => {
  const html =
    "<!doctype html><html><head><title>A &amp; B</title><style>p{}</style></head><body><h1>One</h1>" +
    "<script>alert('<p>no</p>')</script><p>Two <b>three</b> &lt;4&gt; &#20013;&#x6587;</p><!-- <p>no --> 1 < 2" +
    "<SCRIPT>no</SCRIPT><p>End";
  assert.deepEqual(stripMarkup(html), {
    title: "A & B",
    text: "One\nTwo three <4> 中文\n1 < 2\nEnd",
  });
});

const odd: [what: string, html: string][] = [
  ["tags that never end", "<p ".repeat(400_000)],
  ["brackets alone", "<".repeat(1_000_000)],
  ["comments that never end", "<!--".repeat(300_000)],
  ["scripts that never end", "<script>".repeat(150_000)],
  ["scripts in capitals", "<SCRIPT>a</SCRIPT>".repeat(80_000)],
  ["spaces", " ".repeat(2_000_000)],
  ["spaces and a word", `${" \t".repeat(500_000)}x`],
  ["entities", "&#".repeat(500_000)],
];
for (const [what, html] of odd)
  test(`two megabytes of ${what} cost no more than their length`, () => {
    const startedAt = performance.now();
    plainPageText(stripMarkup(html).text);
    // Ten times what it takes: what is quadratic takes minutes.
    assert.ok(performance.now() - startedAt < 3000);
  });

test("what nobody sees is left out of a text, and halves of characters are mended", () => {
  assert.equal(
    plainPageText("a\u202eb\u202c \u{e0041}\u200bc\ufeff\u0000d  \r\n\r\n\r\n\r\ne \ud83d"),
    "ab cd\n\ne \ufffd",
  );
});
