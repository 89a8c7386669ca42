import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { createElement } from "react";
import { renderToStaticMarkup } from "react-dom/server";
import { MarkdownBlocks } from "../../../../components/message/markdown/markdown-blocks.ts";

const labels = { copy: "复制", copied: "已复制" };

function html(text: string): string {
  return renderToStaticMarkup(createElement(MarkdownBlocks, { text, live: false, labels }));
}

describe("Chinese text", () => {
  const cases: readonly (readonly [string, string])[] = [
    ["**“重要”**内容", "<strong>“重要”</strong>内容"],
    ["请看**文档（第二版）**的说明", "请看<strong>文档（第二版）</strong>的说明"],
    ["**注意：**请", "<strong>注意：</strong>请"],
    ["*（注）*后", '<em class="dotted">（注）</em>后'],
    ["~~删（旧）~~新", "<del>删（旧）</del>新"],
    ["$5和$10", "$5和$10"],
    ["数量~5个~10个", "数量~5个~10个"],
  ];
  for (const [text, inside] of cases) {
    it(`reads ${text} as its writer meant it`, () => assert.equal(html(text), `<p dir="auto">${inside}</p>`));
  }

  for (const mark of "，。；：！？（）、《》「」『』【】“”…") {
    it(`ends a bare address before ${mark}`, () => {
      assert.match(
        html(`看https://x.com/文档${mark}后面`),
        new RegExp(`>https://x\\.com/文档</a>${mark}后面</p>$`),
      );
      assert.match(
        html(`看https://x.com${mark}**后面**`),
        new RegExp(`>https://x\\.com</a>${mark}<strong>后面</strong></p>$`),
      );
    });
  }

  it("follows a bare address without a blank", () => {
    assert.match(html("打开https://x.com的说明"), />https:\/\/x\.com<\/a>的说明/);
    assert.match(html("**https://x.com**后面"), /<strong><a [^>]*>https:\/\/x\.com<\/a><\/strong>后面/);
  });

  it("keeps emoji whole at every cut", () => {
    const text = `${"👩‍👩‍👧‍👦🇨🇳".repeat(200)}🏴󠁧󠁢󠁥󠁮󠁧󠁿`;
    assert.equal(html(text), `<p dir="auto">${text}</p>`);
  });

  it("leaves underscores of addresses and names alone", () => {
    assert.match(html("见 https://g.io/a/__init__.py"), /<a href="https:\/\/g\.io\/a\/__init__\.py"/);
    assert.equal(html("snake_case_名字"), '<p dir="auto">snake_case_名字</p>');
  });
});
