import assert from "node:assert/strict";
import { test } from "node:test";
import { awayPage } from "#lib/http/away-page.ts";

const words = { lang: "en", theme: undefined, title: "Away", text: "Nothing was deleted.", action: "Retry" };

test("the page stands alone: its words, when it asks again, a style that its policy allows, and no script", async () => {
  const response = awayPage(words, "n0nce");
  const html = await response.text();
  assert.equal(response.status, 503);
  assert.equal(response.headers.get("retry-after"), "10");
  assert.match(
    response.headers.get("content-security-policy") ?? "",
    /default-src 'none'; style-src 'nonce-n0nce'/,
  );
  for (const part of ["<h1>Away</h1>", "<p>Nothing was deleted.</p>", 'content="10"', 'nonce="n0nce"'])
    assert.ok(html.includes(part), part);
  assert.doesNotMatch(html, /<script|data-theme="/);
});

test("it is in the language and the theme of its visitor", async () => {
  const html = await awayPage({ ...words, lang: "zh-CN", theme: "dark" }, "n").text();
  assert.match(html, /<html lang="zh-CN" data-theme="dark">/);
});
