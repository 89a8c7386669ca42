import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { createElement } from "react";
import { renderToStaticMarkup } from "react-dom/server";
import { MarkdownBlocks } from "#components/message/markdown/markdown-blocks.ts";

const labels = { copy: "Copy", copied: "Copied" };
const html = (text: string) =>
  renderToStaticMarkup(createElement(MarkdownBlocks, { text, live: false, labels }));

describe("a bare address", () => {
  const linked = (text: string) =>
    [...html(text).matchAll(/<a href="([^"]*)"[^>]*>([^<]*)<\/a>/g)].map(([, , words]) => words);
  it("is a link with all of it, in letters of any script, or none", () => {
    for (const address of [
      "https://münchen.example/ä",
      "https://пример.example/путь?a=b",
      "https://例子.中国/路径",
      "http://localhost:3000/x",
      "https://x.test/a_(b)",
    ]) {
      const page = html(`so ${address} and`);
      assert.ok(
        linked(`so ${address} and`)[0] === address ||
          page.includes(`class="guarded" aria-haspopup="dialog">${address}<`),
        page,
      );
    }
    for (const address of [
      "https://user:pass@example.com/x",
      "https://user@example.com/x",
      "https://x.test:99999/",
      "https://x.test:port/",
    ])
      assert.equal(html(`so ${address} and`), `<p dir="auto">so ${address} and</p>`);
  });
});
