import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { linkTarget, shownHost } from "#components/message/markdown/link-target.ts";
import { html, words } from "../../../support/drawn-markdown.ts";

// Inputs made by the grammar of each class, and what is to come of them by the same grammar.

describe("tables of any cells", () => {
  const cell = fc.constantFrom<{ source: string; shown: string }>(
    { source: "a", shown: "a" },
    { source: "", shown: "" },
    { source: "`x\\|y`", shown: "x|y" },
    { source: "p \\| q", shown: "p | q" },
    { source: "**b** c", shown: "b c" },
    { source: "名称", shown: "名称" },
    { source: "1,299.00", shown: "1,299.00" },
    { source: "[l](https://x.test/a_b)", shown: "l" },
    { source: "$x_1$", shown: "$x_1$" },
    { source: "one<br>two", shown: "onetwo" },
  );
  const side = fc.constantFrom(
    { rule: "---", name: "" },
    { rule: ":-", name: "l" },
    { rule: ":-:", name: "c" },
    { rule: "--:", name: "r" },
  );
  const table = fc.integer({ min: 1, max: 5 }).chain((width) =>
    fc.record({
      sides: fc.array(side, { minLength: width, maxLength: width }),
      head: fc.array(cell, { minLength: width, maxLength: width }),
      rows: fc.array(fc.array(cell, { minLength: 1, maxLength: width + 2 }), { maxLength: 6 }),
      mark: fc.constantFrom("", "> ", "- "),
    }),
  );
  it("have as many columns as their head, each on its side, in quotes and items too", () => {
    fc.assert(
      fc.property(table, ({ sides, head, rows, mark }) => {
        const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
        const lines = [head.map(({ source }) => source), sides.map(({ rule }) => rule)];
        for (const row of rows) lines.push(row.map(({ source }) => source));
        const indent = mark === "- " ? "  " : mark;
        const page = html(lines.map((cells, at) => (at === 0 ? mark : indent) + line(cells)).join("\n"));
        const drawn = [...page.matchAll(/<tr>(.*?)<\/tr>/gs)].map(([, row = ""]) =>
          [...row.matchAll(/<t[hd]([^>]*)>(.*?)<\/t[hd]>/gs)].map(([, attributes = "", inside = ""]) => ({
            side: /class="([lcr])\b/.exec(attributes)?.[1] ?? "",
            shown: words(inside).replaceAll("\n", ""),
          })),
        );
        const expected = [head, ...rows].map((row) =>
          sides.map(({ name }, at) => ({ side: name, shown: row[at]?.shown ?? "" })),
        );
        assert.deepEqual(drawn, expected, page);
      }),
      { numRuns: 60 },
    );
  });
});

describe("footnotes in any order", () => {
  const label = fc.constantFrom("1", "2", "note", "a-b_c.d", "注", "Ünï");
  const surroundings: readonly ((mark: string) => string)[] = [
    (mark) => `text${mark} more`,
    (mark) => `# head${mark}`,
    (mark) => `> quoted${mark}`,
    (mark) => `- item${mark}`,
    (mark) => `| a${mark} |\n|---|\n| b |`,
    (mark) => `**bold${mark}**`,
  ];
  const marks = fc.array(fc.tuple(label, fc.constantFrom(...surroundings)), { maxLength: 8 });
  const notes = fc.uniqueArray(fc.tuple(label, fc.option(label, { nil: undefined })), {
    selector: ([name]) => name,
    maxLength: 6,
  });
  it("stand once each, numbered as they are referred to, and every mark leads to one", () => {
    fc.assert(
      fc.property(marks, notes, (used, defined) => {
        const source = [
          ...used.map(([name, surround]) => surround(`[^${name}]`)),
          ...defined.map(
            ([name, inner]) => `[^${name}]: About ${name} end${inner === undefined ? "" : `[^${inner}]`}.`,
          ),
        ].join("\n\n");
        const page = html(source);
        const known = new Map(defined);
        const expected: string[] = [];
        const queue = used.map(([name]) => name);
        for (let name = queue.shift(); name !== undefined; name = queue.shift()) {
          if (!known.has(name) || expected.includes(name)) continue;
          expected.push(name);
          const inner = known.get(name);
          if (inner !== undefined) queue.push(inner);
        }
        const ids = [...page.matchAll(/ id="([^"]*)"/g)].map(([, id]) => id);
        assert.equal(new Set(ids).size, ids.length);
        assert.equal(ids.length, expected.length, page);
        for (const [, to] of page.matchAll(/href="#([^"]*note\d+)"/g)) assert.ok(ids.includes(to), page);
        const listed = [...page.matchAll(/<li id="[^"]*" value="\d+"[^>]*>.*?About (\S+) end/gs)];
        assert.deepEqual(
          listed.map(([, name]) => name),
          expected,
          page,
        );
      }),
      { numRuns: 60 },
    );
  });
});

describe("words that are a host, or only look like one", () => {
  const name = fc.stringMatching(/^[a-z][a-z\d]{2,9}$/);
  const ending = fc.constantFrom("com", "org", "net", "de", "co.uk", "io", "cn", "app", "bank");
  const host = fc.tuple(name, ending).map((parts) => parts.join("."));
  const around = fc.constantFrom<(host: string) => string>(
    (host) => host,
    (host) => `https://${host}/login`,
    (host) => `Visit ${host} now`,
    (host) => `(${host})`,
    (host) => `www.${host}`,
    (host) => host.toUpperCase(),
  );
  it("make a link suspicious where it leads elsewhere, and only there", () => {
    fc.assert(
      fc.property(host, host, around, (named, real, dress) => {
        fc.pre(named !== real);
        const [there, elsewhere] = [linkTarget(`https://${named}/x`), linkTarget(`https://${real}/x`)];
        assert.ok(there && elsewhere);
        fc.pre(!there.suspicious && !elsewhere.suspicious);
        assert.equal(shownHost(there, dress(named)), null, `${dress(named)} at its own host`);
        assert.equal(shownHost(elsewhere, dress(named)), elsewhere.host, `${dress(named)} at ${real}`);
      }),
      { numRuns: 200 },
    );
  });

  const file = fc
    .tuple(
      name,
      fc.constantFrom("js", "ts", "md", "py", "json", "txt", "html", "css", "yml", "tsx", "zip", "pdf"),
    )
    .map((parts) => parts.join("."));
  const member = fc
    .tuple(
      fc.constantFrom("fs", "os", "np", "console", "Math", "System", "Array.prototype"),
      fc.constantFrom("readFile", "path", "linalg", "log", "PI", "out", "flatMap", "length"),
    )
    .map((parts) => parts.join("."));
  const version = fc.tuple(fc.nat(9), fc.nat(9), fc.nat(9)).map((parts) => `v${parts.join(".")}`);
  it("are names of files, of things in programs and of versions, and leave a link as it is", () => {
    const target = linkTarget("https://docs.example.com/guide");
    assert.ok(target);
    fc.assert(
      fc.property(fc.oneof(file, member, version), fc.constantFrom("", "see ", "the `"), (dotted, before) => {
        assert.equal(shownHost(target, before + dotted), null, before + dotted);
      }),
      { numRuns: 200 },
    );
  });
});
