/** Answers of many shapes; none of them has a mark that is meant literally, so no prefix may show one. */
export const CLEAN_ANSWERS = [
  '# 标题 one\n\nSome **bold** and *thin* and ~~gone~~ text with `code` and a [link](https://x.com/a_b "t"), then more.\n\nSecond **paragraph\nover two** lines.  \nHard break.\n',
  "- one\n- two **fat**\n  - nested `x`\n    - deeper\n\n      with a paragraph\n- [ ] open\n- [x] done\n\n1. first\n2. second\n\n   ```ts\n   const a = 1;\n\n   const b = 2;\n   ```\n3. third\n",
  "Before:\n```js\nlet a = [1](2);\n  indented\n```\nafter.\n\n````md\nfence with ticks inside\n````\n\n~~~\ntilde\n~~~\n",
  "| Name | Amount |\n|:-----|------:|\n| **a** | 1 |\n| b `x` | 2 |\n| [c](https://x.com) | 3 |\n\nAfter the table.\n",
  "> quoted **text**\n> - list in quote\n>   more\nlazy line\n\n> > deeper\n\nSetext heading\n===\n\nAnother\n---\n\n***\n\n    indented code\n\n    more code\n\nend\n",
  "请看**文档（第二版）**的说明，**“重要”**内容：*（注）*后，~~删（旧）~~新。\n\n- 第一项：👩‍👩‍👧‍👦 与 🇨🇳\n- 第二项 `代码`\n\n看 https://x.com/文档，后面还有。$5和$10 不是公式。\n",
  '***both* then strong** and **strong *inner* end** and ![a picture](https://x.com/p.png) and ![ref][pic] end &amp; &lt; &copy; <https://auto.link/x> mail a@b.co done.\n\nSee [the doc][doc] and [doc].\n\n[doc]: https://x.com/doc "Title"\n[pic]: https://x.com/q.png\n',
  "Line\r\nsecond\r\n\r\n- crlf\r\n- list\r\n\r\n```\r\ncode\r\n```\r\n",
];

/** The same and what is odd on purpose: bare marks, HTML, unclosed syntax, tabs, NUL. */
export const ODD_ANSWERS = [
  ...CLEAN_ANSWERS,
  "a ** b * c ` d [ e ]( f ~~ g\n\n**never closed\n\n`never closed\n\n[never](closed\n",
  '<div onclick="x">**html**</div>\n<script>alert(1)</script>\n\n<img src=x onerror=y>\n<!-- comment\n\n-->\n',
  "[foo]: <https://x.com> \n[bar]:\nhttps://y.com\n'title'\n[foo] [bar] [none] [x][bar] [foo]: not a definition\n",
  "\ttab code\n\n-\ttab item\n\n\tin item\n\n1)\tparen\n10) ten\n\n- a\n\n\n- b\n * c\n+ d\n",
  "text\n| not | table\n| a | b |\n|---|---|\n| x \\| y | `p \\| q` |\n| one |\nplain row\n\n| a |\n|--|\n# heading\n",
  "```\nunclosed fence\n\n- not a list\n```` four\n",
  "NUL \0 and \\* escapes \\` and trailing \\\nnext  \n\n#\n##\n#no\n####### seven\n# closed #\n",
  `${"long words without an end, 中文没有尽头。 ".repeat(120)}**bold** ${"x".repeat(3000)}\n\nend\n`,
  `${"x".repeat(1024)}\r\n${"y".repeat(1025)}\n${"z [a](b) **".repeat(300)}\n`,
];
