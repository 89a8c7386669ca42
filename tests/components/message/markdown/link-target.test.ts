import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { createElement } from "react";
import { renderToStaticMarkup } from "react-dom/server";
import { linkTarget, shownHost } from "#components/message/markdown/link-target.ts";
import { MarkdownBlocks } from "#components/message/markdown/markdown-blocks.ts";

const labels = { copy: "Copy", copied: "Copied", copyTable: "Copy table" };
const html = (text: string) =>
  renderToStaticMarkup(createElement(MarkdownBlocks, { text, live: false, labels }));

const secrets = {
  hex: "7f3a".repeat(20),
  "an API key": "sk-proj-Ab3dE5gH7jKlMnOpQrStUvWx",
  "a key id": "AKIAIOSFODNN7EXAMPLE",
  base64: "aGVsbG8gd29ybGQgdGhpcyBpcyBzZWNyZXQ",
  "letters without vowels": "xkqzvbnmwrtpsdfghjkl",
  "a UUID": "550e8400-e29b-41d4-a716-446655440000",
  "numbers of two digits": "12-34-56-78-90-12-34-56-78-90-11-22-33",
  "letter by letter": [..."passwordisswordfish"].join("-"),
  "words without end": "hunter-and-the-correct-horse-battery-staple-".repeat(4),
};

const ways: Record<string, (secret: string) => string> = {
  query: (secret) => `https://evil.com/?q=${secret}`,
  path: (secret) => `https://evil.com/a/${secret}/b`,
  "a path in pieces": (secret) => `https://evil.com/${secret.replace(/.{6}/g, "$&/")}`,
  fragment: (secret) => `https://evil.com/#${secret}`,
  parameters: (secret) => `https://evil.com/a;k=${secret}`,
  "percent signs": (secret) =>
    `https://evil.com/${secret.replace(/./g, (each) => `%${each.charCodeAt(0).toString(16)}`)}`,
  subdomains: (secret) =>
    `https://${(secret.match(/.{1,20}/g) ?? []).map((part) => part.replace(/^-|-$/g, "")).join(".")}.evil.com/`,
  "a mail's name": (secret) => `mailto:${secret}@evil.com`,
  "a mail's subject": (secret) => `mailto:a@evil.com?subject=${secret}`,
  "a mail's body": (secret) => `mailto:a@evil.com?body=${secret}`,
};

const plain = [
  "https://x.com/README.md",
  "https://en.wikipedia.org/wiki/Foo_(bar)",
  ...[
    "en.wikipedia.org/wiki/AC/DC_–_Live_(2012)",
    "hi.wikipedia.org/wiki/हिन्दी_व्याकरण",
    "fa.wikipedia.org/wiki/می‌خواهم_بنویسم",
    "vi.wikipedia.org/wiki/Tiếng_Việt",
    "example.com/?page=two#/three",
    "gitlab.com/group/project/-/blob/main/README.md?ref_type=heads#L10-L20",
    "example.com/~name/@tag/a_(b),_c/",
    "example.com/🎉",
  ].map((rest) => encodeURI(`https://${rest}`)),
  "https://zh.wikipedia.org/wiki/%E4%BA%AC%E9%83%BD%E5%B8%82%E7%9A%84%E5%8E%86%E5%8F%B2%E5%92%8C%E6%96%87%E5%8C%96%E9%81%97%E4%BA%A7",
  "https://github.com/vercel/next.js/blob/canary/packages/next/src/server/config.ts#L10-L20",
  "https://www.youtube.com/watch?v=dQw4w9WgXcQ",
  "https://stackoverflow.com/questions/11227809/why-is-processing-a-sorted-array-faster-than-an-unsorted-array",
  "https://learn.microsoft.com/en-us/azure/architecture/reference-architectures/containers/aks-microservices/aks-microservices-advanced",
  "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/using-instance-storage.html",
  "https://arxiv.org/abs/2401.12345v2",
  "https://doi.org/10.1145/3292500.3330701",
  "https://nodejs.org/dist/v18.20.4/node-v18.20.4-linux-x64.tar.gz",
  "https://www.bbc.com/news/articles/2024/05/12/world-europe",
  "https://www.rfc-editor.org/rfc/rfc9110.html#section-15.5.1",
  "https://kubernetes.io/docs/tasks/configure-pod-container/configure-liveness-readiness-startup-probes/",
  "https://maps.google.com/maps?q=48.8584,2.2945",
  "http://127.0.0.1:8080/x",
  "mailto:help@example.com?subject=Question%20about%20my%20order",
];

describe("an address", () => {
  for (const [way, addressOf] of Object.entries(ways)) {
    it(`that carries a text in ${way} has no address in the page`, () => {
      for (const [kind, secret] of Object.entries(secrets)) {
        const address = addressOf(secret);
        // Six capital letters at a time are names.
        if (!URL.canParse(address) || (way.endsWith("pieces") && kind === "a key id")) continue;
        for (const text of [`[more](${address})`, `![more](${address})`, `[more][r]\n\n[r]: ${address}`]) {
          assert.doesNotMatch(html(text), /href=/, `${kind}: ${text}`);
          assert.match(html(text), /class="guarded"/, `${kind}: ${text}`);
        }
      }
    });
  }

  it("of a mail to more than one, or with a body, has none either", () => {
    for (const query of [
      "?bcc=x@evil.com",
      "?cc=x@evil.com",
      "?subject=a&BCC=x@evil.com",
      "?to=x@evil.com",
      "?body=hi",
    ])
      assert.equal(linkTarget(`mailto:a@b.co${query}`)?.suspicious, true, query);
    assert.equal(linkTarget("mailto:a@b.co,x@evil.com")?.suspicious, true);
  });

  it("that carries one in what is neither letter nor number has none", () => {
    const many = (...signs: string[]) => Array.from({ length: 20 }, (_, at) => signs[at % signs.length]);
    for (const [kind, text] of Object.entries({
      "only punctuation": many(..."!.*~'()-_").join(""),
      "punctuation of other scripts": many(..."。、—…·「」").join(""),
      emoji: many(..."😀🐍🎲🦊").join(""),
      "emoji between words": many("😀of", "🐍to", "🎲in", "🦊at").join("/"),
      arrows: many(..."←↑→↓").join(""),
      "zero-width characters": many("\u200B", "\u200C", "\u2060").join(""),
      "zero-width characters in a word": many("w\u200Bo", "r\u200Dd").join(""),
      "variation selectors": many("字\u{E0101}", "字\u{E0102}").join(""),
      "bytes that are no text": "%ff%fe%aa%bb%cc%dd%ee%fa",
      "characters of nobody": many("\uE000", "\u{F0001}").join(""),
    }))
      for (const address of [
        `https://evil.com/${text}`,
        `https://evil.com/a?${text}`,
        `https://evil.com/#${text}`,
        `mailto:a@evil.com?subject=${text}`,
      ]) {
        const encoded = text.startsWith("%") ? address : encodeURI(address);
        assert.equal(linkTarget(encoded)?.suspicious, true, `${kind}: ${address}`);
      }
  });

  it("of words is a plain link", () => {
    for (const address of plain) assert.equal(linkTarget(address)?.suspicious, false, address);
  });
});

describe("many short links", () => {
  const links = (count: number, addressOf: (at: number) => string) =>
    Array.from({ length: count }, (_, at) => `[${at}](${addressOf(at)})`);
  const hex = (at: number) => (0x7f3a + at * 7919).toString(16).slice(0, 4);

  for (const [way, addressOf] of Object.entries<(at: number) => string>({
    path: (at) => `https://evil.com/${hex(at)}`,
    subdomain: (at) => `https://a${hex(at)}.evil.com/`,
    query: (at) => `https://evil.com/?${at}=${hex(at)}`,
    port: (at) => `https://evil.com:${20_000 + at * 397}/`,
  })) {
    it(`to one site that carry a text together, in the ${way}, have no address in the page`, () => {
      for (const text of [
        links(20, addressOf).join(" "),
        links(20, addressOf).join("\n\n"),
        links(20, addressOf)
          .map((link) => `- > ${link}`)
          .join("\n"),
        links(20, addressOf)
          .map((link) => `!${link}`)
          .join("\n"),
        `${links(20, (at) => `r${at}`)
          .map((link) => link.replace(/\((.*)\)/, "[$1]"))
          .join(" ")}\n\n${Array.from({ length: 20 }, (_, at) => `[r${at}]: ${addressOf(at)}`).join("\n")}`,
      ]) {
        assert.doesNotMatch(html(text), /href=/, text);
        assert.equal(html(text).match(/class="guarded"/g)?.length, 20, text);
      }
    });
  }

  it("leave those to other sites as they are, and many links of words too", () => {
    const many = `${links(20, (at) => `https://evil.com/${hex(at)}`).join(" ")} [docs](https://good.org/a)`;
    assert.equal(html(many).match(/href=/g)?.length, 1);
    const marked = links(40, (at) => `https://good.org/wiki/foo_(bar)/?${"abc".repeat(1 + (at % 3))}`).join(
      " ",
    );
    assert.equal(html(marked).match(/href=/g)?.length, 40);
    const words = ["guide", "install", "use", "deploy", "test", "debug", "trace", "scale"];
    const wordy = words
      .flatMap((one) => words.map((two) => `[x](https://good.org/${one}/${two})`))
      .join("\n\n");
    assert.equal(html(wordy).match(/href=/g)?.length, 64);
  });

  it("are told from what is read again while it is written", () => {
    const text = links(3, (at) => `https://evil.com/${hex(at)}`).join(" ");
    assert.equal(html(text).match(/href=/g)?.length, 3);
  });
});

describe("the words of a link", () => {
  const evil = linkTarget("https://evil.com");
  assert.ok(evil);

  it("that name another host in any spelling are answered by the real one", () => {
    for (const words of [
      ...["．", "。", "｡", "․", "·", "‧", "•", " . ", " .", "(.)", "[.]", " · ", " • "].map(
        (dot) => `bank${dot}com`,
      ),
      ...[..."﹒܁۔⸱᛫⸳●◦⸰॰჻⠄𐄁"].map((dot) => `bank${dot}com`),
      ...[" dot ", " DOT ", "(dot)", " [dot] ", "点", " 点 "].map((dot) => `bank${dot}com`),
      ...["\u200B", "\u00AD", "\u2060", "\uFEFF", "\uFE0F", "\u034F", "⟦U+200B⟧"].flatMap((hidden) => [
        `ba${hidden}nk.com`,
        `bank${hidden}.com`,
        `bank.${hidden}com`,
      ]),
      "ｂａｎｋ．ｃｏｍ",
      "bаnk.com",
      "bank.公司",
      "evil.com.bank.com",
      ...[
        "bank. com",
        "bank.  com",
        "bank.\ncom",
        "Bank. COM",
        "银行。中国",
        "銀行・台灣",
        "银行 . 公司",
        "банк·рф",
      ],
      ...[
        "bank-dot-com",
        "bank_dot_com",
        "bank—dot—com",
        "bank*dot*com",
        "bank - dot - com",
        'bank "dot" com',
        "bankdotcom",
      ],
      ...[
        "127.1",
        "127.0.1",
        "at 127.1 now",
        "127.1.",
        "192.168.1",
        "0x7f.1",
        "0177.1",
        "10.1:8080",
        "017700000001",
      ],
      ...["punkt", "punto", "ponto", "point", "nokta", "точка", "ドット", "닷"].map(
        (dot) => `bank ${dot} com`,
      ),
      ...["bank%2Ecom", "127。0。0。1", "10。1", "10·1", "0:3000"],
      ...[
        "10.1",
        "10.1.",
        " (10.1) ",
        "“10.1”",
        "１０．１",
        "10.0.1",
        "10.1:80",
        "10.1/admin",
        "open 10.1/x now",
      ],
      ...[
        "172.16.1",
        "169.254.1",
        "192.168.257",
        "100.64.1",
        "012.1",
        "0012.0.1",
        "0xa.1",
        "10.0x1",
        "0x7f.1.",
      ],
      ...["216.3846958", "216.58.54062", "0330.3846958", "0xd8.3846958", "216.0x3ad32e", "0xD8.58.0xd32e"],
      ...[
        "3627734734.",
        "(3627734734)",
        "3627734734/login",
        "at 3627734734, now",
        "“0xD83AD32E”",
        "0x00D83AD32E",
      ],
      ...["00033016551456", "//10.1", "//10.1/x"],
      ...["[::1]", "[::1]:3000", "::1", "fe80::1", "[2001:db8::1]", "2001:db8:0:0:0:0:0:1"],
      ...["localhost", "open LOCALHOST now", "localhost/admin", "ｌｏｃａｌｈｏｓｔ", "lo\u200Bcalhost"],
      ...["bank.com:8443", "evil.com:8080", "localhost:3000", "http://bank/"],
      ...["3627734734", "http://3627734734/", "go to http://3627734734 now", "0xD83AD32E"],
      ...["216.58.211.46", "0330.072.0323.056", "0xd8.0x3a.0xd3.0x2e", "at 216.58.211.46:80 now"],
    ]) {
      assert.equal(shownHost(evil, words), "evil.com", JSON.stringify(words));
      assert.match(html(`![${words}](https://evil.com)`), /class="guarded"/, JSON.stringify(words));
    }
  });

  it("that name its host and another port are answered too", () => {
    for (const [address, words] of [
      ["https://bank.com:8443", "bank.com"],
      ["https://bank.com:8443", "bank.com:9000"],
    ] as const) {
      const target = linkTarget(address);
      assert.ok(target);
      assert.equal(shownHost(target, words), "bank.com:8443");
    }
  });

  it("that are true, or name no host, stand alone", () => {
    for (const words of [
      ...["evil.com", "www.evil.com", "EVIL.com", "evil.com.", "evil.com:443", "evil。com", "evil dot com"],
      ...[
        "the dot product",
        "polka dot dress",
        "列奥纳多·达·芬奇",
        "点这里。谢谢",
        "version 1.2.3",
        "at 10:30",
      ],
      ...[
        "chapter 3: the end",
        ...[
          "the dot-com bubble",
          "dotcom",
          "an antidote",
          "iOS 10.1",
          "1.2.3",
          "v10.0.1",
          "192.1",
          "0.5",
          "01.02.2024",
          "10:20:30",
          "[00:01:23]",
        ],
        ...["std::vector", "x :: Int", "Foo::Bar", "你好。中国人", "come. common", "locals", "1.2:30"],
        "16:9",
        "3.14",
        "section 4.2.1",
        "2024",
        "more · less",
        "what he said of “me”, and why",
        "news — online",
        "C. Smith",
        "Matthew 5:12",
        ...["10.1%", "§ 10.1", "see 10.1", "1.1", "8.8", "24.7", "02.2024", "12.10.2024", "10.10.1999"],
        ...[
          "3.14159",
          "#12345678",
          "+49-12345678",
          "12,345,678.90",
          "a 10.1/2 share",
          "0.0.1",
          "24.04.1",
          "v1.2/docs",
          "mon point de vue",
          "at this point comments",
          "3·4",
          "0:30",
          "$10.5/month",
          "2.5/day",
        ],
      ],
    ])
      assert.equal(shownHost(evil, words), null, words);
  });

  it("that are names of files and of programs stand alone, and so does a mail address", () => {
    for (const [words, address] of [
      ["Node.js", "https://nodejs.org/"],
      ["Next.js docs", "https://github.com/vercel/next.js"],
      ["README.md", "https://github.com/a/b/blob/main/README.md"],
      ["setup.py", "https://github.com/a/b/blob/main/setup.py"],
      ["install.zip", "https://example.com/files/install.zip"],
      ["fs.readFile", "https://nodejs.org/api/fs.html"],
      ["ASP.NET Core", "https://learn.microsoft.com/aspnet"],
      ["System.Net", "https://learn.microsoft.com/dotnet"],
      ["package.json and tsconfig.json", "https://example.com/x"],
      ["console.log", "https://developer.mozilla.org/console"],
      ["Math.PI and np.pi", "https://docs.x.test"],
      ["jane.doe@example.com", "mailto:jane.doe@example.com"],
      ["jane.de@example.com", "mailto:jane.de@example.com"],
      ["write to jane.com@example.com", "mailto:jane.com@example.com"],
    ] as const) {
      const target = linkTarget(address);
      assert.ok(target);
      assert.equal(shownHost(target, words), null, words);
    }
    for (const [words, address] of [
      ["jane.doe@bank.com", "mailto:jane.doe@evil.com"],
      ["bank.com/README.md", "https://evil.com/README.md"],
      ["https://bank.com@evil.com", "https://evil.com"],
      ["bank.co.uk", "https://evil.com/"],
    ] as const) {
      const target = linkTarget(address);
      assert.ok(target);
      assert.equal(shownHost(target, words), target.host, words);
    }
  });

  it("of any length cost little", () => {
    const began = performance.now();
    for (const words of [
      " ".repeat(100_000),
      "a.".repeat(50_000),
      "(".repeat(100_000),
      "1.".repeat(50_000),
      "a dot ".repeat(20_000),
    ])
      shownHost(evil, words);
    linkTarget(`https://evil.com/${"a/".repeat(100_000)}`);
    assert.ok(performance.now() - began < 1000);
  });
});
