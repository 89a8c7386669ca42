import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { createElement } from "react";
import { renderToStaticMarkup } from "react-dom/server";
import { literalAddresses } from "#components/message/markdown/literal-autolink.ts";
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
      "git+https://x.test/a",
      "ssh://git@x.test/a",
      "postgres://user:pass@db.x.test:5432/a",
      "git@x.test:a/b.git",
      "root@x.test:/home",
      "https://user:pass@example.com/x",
      "https://user@example.com/x",
      "https://x.test:99999/",
      "https://x.test:port/",
    ])
      assert.equal(html(`so ${address} and`), `<p dir="auto">so ${address} and</p>`);
  });

  it("holds brackets that have their partner, and no source or note behind it", () => {
    for (const address of [
      "https://x.test/?f[name]=x&g[]=1",
      "https://x.test/users/{id}/posts",
      "https://x.test/a[0]/b",
      "https://x.test/a|b^c",
      "mailto:a@x.test",
    ])
      assert.deepEqual(linked(`so ${address}, and`), [address.replace("&", "&amp;")]);
    for (const end of ["[1]", "[^1]", "]", "{a"])
      assert.deepEqual(linked(`so https://x.test/a${end} and`), ["https://x.test/a"]);
  });

  it("is found in time, however many follow each other without a blank", () => {
    for (const unit of [
      "a@b.co,",
      "ssh://a@b.co,",
      "https://x.test/{",
      "https://x.test/[a",
      "mailto:a@b.co?",
    ]) {
      const before = process.cpuUsage().user;
      literalAddresses(unit.repeat(4000));
      assert.ok(process.cpuUsage().user - before < 2_000_000, unit);
    }
  });
});
