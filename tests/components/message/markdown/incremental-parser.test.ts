import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import type { Block } from "../../../../components/message/markdown/block.ts";
import { toArray } from "../../../../components/message/markdown/chunked-list.ts";
import {
  advanceBy,
  advanceTo,
  initialParserState,
  type ParserState,
  preview,
} from "../../../../components/message/markdown/incremental-parser.ts";
import { parseMarkdown } from "../../../support/parse-markdown.ts";
import { CLEAN_ANSWERS, ODD_ANSWERS } from "./corpus.ts";

function stream(chunks: readonly string[], each: (settled: ParserState) => void = () => {}): ParserState {
  let settled = initialParserState;
  for (const chunk of chunks) {
    settled = advanceBy(settled, chunk);
    each(settled);
  }
  return settled;
}

function final(settled: ParserState) {
  const { blocks, definitions } = preview(settled, true);
  return { blocks, definitions };
}

function cutAt(text: string, offsets: readonly number[]): string[] {
  const cuts = [0, ...offsets.map((offset) => offset % (text.length + 1)).sort((a, b) => a - b), text.length];
  return cuts.slice(1).map((end, at) => text.slice(cuts[at], end));
}

describe("settled blocks", () => {
  it("end as the tree of a reload, whatever the chunks were", () => {
    const answers = fc
      .array(fc.constantFrom(...ODD_ANSWERS), { minLength: 1, maxLength: 3 })
      .map((parts) => parts.join("\n"));
    fc.assert(
      fc.property(answers, fc.array(fc.nat(20_000), { maxLength: 30 }), (text, places) => {
        assert.deepEqual(
          final(stream(cutAt(text, places), (settled) => preview(settled, false))),
          parseMarkdown(text),
        );
      }),
      { numRuns: 150 },
    );
  });

  it("end as the tree of a reload for every answer cut at every character", () => {
    for (const text of ODD_ANSWERS)
      assert.deepEqual(final(stream(text.split(""))), parseMarkdown(text), text.slice(0, 40));
  });

  it("end as the tree of a reload for arbitrary marks in arbitrary chunks", () => {
    const marks = fc.array(
      fc.constantFrom(
        "- ",
        "1. ",
        "> ",
        "#",
        "```",
        "~~~",
        "|",
        "a",
        "字",
        "**",
        "`",
        "[",
        "](",
        "\n",
        "\r",
        "\n\n",
        "  ",
        "\t",
        "---",
        "[a]: b",
        "|-|",
        "\\",
      ),
      { maxLength: 40 },
    );
    fc.assert(
      fc.property(marks, (parts) => {
        assert.deepEqual(
          final(stream(parts, (settled) => preview(settled, false))),
          parseMarkdown(parts.join("")),
        );
      }),
      { numRuns: 1500 },
    );
  });

  it("keep their identity for the rest of the stream", () => {
    const text = CLEAN_ANSWERS.join("\n\n");
    const seen: Block[] = [];
    let settled = initialParserState;
    for (let at = 0; at < text.length; at += 7) {
      settled = advanceBy(settled, text.slice(at, at + 7));
      const ended = rootBlocks(settled);
      for (const [index, block] of seen.entries()) assert.equal(ended[index], block);
      seen.push(...ended.slice(seen.length));
    }
    const last = toArray(preview(settled, true).blocks);
    for (const [index, block] of seen.entries()) assert.equal(last[index], block);
    assert.ok(seen.length > 20);
  });

  it("keep the identity of items, rows and lines inside a block that still grows", () => {
    for (const [head, line] of [
      ["", "- item **x**\n"],
      ["", "> - item\n"],
      ["| a |\n|---|\n", "| cell |\n"],
      ["```\n", "line\n"],
      ["", "words **x** 中文。\n"],
    ] as const) {
      const early = preview(advanceTo(initialParserState, head + line.repeat(400)), false);
      const settledEarly = advanceTo(initialParserState, head + line.repeat(400));
      const again = preview(settledEarly, false);
      const later = preview(advanceTo(settledEarly, head + line.repeat(900)), false);
      assert.equal(toArray(early.blocks).length, 1);
      const chunks = fullChunks(toArray(again.blocks)[0]);
      assert.ok(chunks.length >= 3, line);
      for (const [at, chunk] of chunks.entries())
        assert.equal(fullChunks(toArray(later.blocks)[0])[at], chunk, line);
    }
  });

  it("start anew when the text is another one", () => {
    const before = advanceTo(initialParserState, "# One\n\ntwo");
    assert.deepEqual(final(advanceTo(before, "other *text*")), parseMarkdown("other *text*"));
  });

  it("leave an older state as it was", () => {
    const before = advanceTo(initialParserState, "- a\n- b\n\npara");
    const first = final(before);
    advanceTo(before, "- a\n- b\n\npara goes on\n\n# new");
    assert.deepEqual(final(before), first);
  });
});

describe("the work of a stream", () => {
  const kinds: readonly (readonly [string, string, string])[] = [
    ["paragraphs", "", "Some **bold** words and `code` here.\n\n"],
    ["one code block", "```\n", "let a = **b** [c](d);\n"],
    ["one list", "", "- an item with *words*\n"],
    ["one loose nested list", "- top\n", "\n  - an item with *words*\n"],
    ["one table", "| a | b |\n|---|---|\n", "| **c** | d |\n"],
    ["one quote", "", "> quoted *words* go on\n>\n"],
    ["one paragraph of many lines", "", "words **bold** and 中文。更多\n"],
    ["one line", "", "words **bold** and more, "],
    ["one line of letters", "", "xxxxxxxxxxxxxxxxxxxx"],
    ["one line of open brackets", "", "[[[[[[[[[["],
    ["definitions", "", "[a]: https://x.com\n"],
  ];
  for (const [name, head, unit] of kinds) {
    it(`grows with the text, not with its square: ${name}`, () => {
      const small = work(head + unit.repeat(Math.ceil(20_000 / unit.length)));
      const large = work(head + unit.repeat(Math.ceil(40_000 / unit.length)));
      assert.ok(large.settled <= 2.2 * small.settled + 4000, `settled ${small.settled} -> ${large.settled}`);
      assert.ok(large.worst <= small.worst + 200, `one look parses ${small.worst} -> ${large.worst}`);
      assert.ok(large.worst <= 5000, `one look parses ${large.worst}`);
    });
  }

  const long: readonly (readonly [string, string, (at: number) => string])[] = [
    [
      "a table of 2,000 rows",
      "| n | name | of |\n|--:|---|---|\n",
      (at) => `| ${at} | **row** ${at} | [it](https://x.com/${at}) |\n`,
    ],
    ["a list of 2,000 items", "", (at) => `- item ${at} with *words* and \`code\`\n`],
    ["a numbered list of 2,000 items", "", (at) => `${at + 1}. item ${at}\n   - with one inside\n`],
  ];
  for (const [name, head, line] of long) {
    it(`${name}, streamed in small pieces: ten times the lines are at most twelve times the work`, () => {
      const text = (lines: number) => head + Array.from({ length: lines }, (_, at) => line(at)).join("");
      const small = madeFor(text(200));
      const large = madeFor(text(2000));
      assert.ok(large <= 12 * small, `${small} -> ${large}`);
    });
  }

  /** Everything that a page has to look at anew after each piece: members of what was not there before. */
  function madeFor(text: string): number {
    const known = new WeakSet<object>();
    let made = 0;
    const look = (value: unknown): void => {
      if (typeof value !== "object" || value === null || known.has(value)) return;
      known.add(value);
      for (const member of Object.values(value)) {
        made += 1;
        look(member);
      }
    };
    const settled = stream(text.match(/[^]{1,40}/g) ?? [], (state) => look(preview(state, false).blocks));
    return made + settled.parsed;
  }

  function work(text: string): { settled: number; worst: number } {
    let worst = 0;
    const settled = stream(text.match(/[\s\S]{1,97}/g) ?? [], (state) => {
      worst = Math.max(worst, preview(state, false).parsed);
    });
    return { settled: settled.parsed, worst };
  }
});

/** Of this process: what else the machine does is no part of it. */
const processorMs = (): number => process.cpuUsage().user / 1000;

describe("markdown bombs", () => {
  const bombs = [
    ">",
    "- ",
    "[",
    "![",
    "*a ",
    "*a_ ",
    "**a_",
    "`",
    "a`b``c```",
    "|a",
    "<",
    "1. ",
    "[^1]: x\n",
    "&",
    "\\",
    "> - ",
    "[a](",
    "x",
    "\t",
    "~~a",
    "# ",
    "[a]: b\n\n[a] ",
    "|a|b|\n|-|-|\n",
    "https://",
    "a@b.c ",
  ];
  for (const bomb of bombs) {
    it(`are read in time and nest 32 deep at most: ${JSON.stringify(bomb)}`, () => {
      const text = bomb.repeat(Math.ceil(50_000 / bomb.length));
      const start = processorMs();
      const answer = parseMarkdown(text);
      const once = processorMs() - start;
      assert.ok(once < 2000, `${once} ms`);
      assert.ok(depth(answer.blocks) <= 34 * 8, `depth ${depth(answer.blocks)}`);
      const streaming = processorMs();
      let settled = initialParserState;
      for (let at = 0; at < text.length; at++) {
        settled = advanceBy(settled, text.charAt(at));
        if (at % 1000 === 0) preview(settled, false);
      }
      const streamed = processorMs() - streaming;
      assert.ok(streamed < 4000, `${streamed} ms`);
    });
  }

  it("of three thousand quotes become 32 quotes and words", () => {
    let [block] = toArray(parseMarkdown(">".repeat(3000)).blocks);
    let quotes = 0;
    for (; block?.type === "quote"; quotes++) [block] = toArray(block.blocks);
    assert.equal(quotes, 32);
    assert.equal(block?.type, "paragraph");
  });
});

function depth(value: unknown): number {
  if (typeof value !== "object" || value === null) return 0;
  return 1 + Math.max(0, ...Object.values(value).map(depth));
}

function rootBlocks(settled: ParserState): Block[] {
  const root = settled.path[0];
  return root?.type === "root" ? toArray(root.blocks) : [];
}

function fullChunks(block: Block | undefined): readonly (readonly unknown[])[] {
  switch (block?.type) {
    case "list":
      return block.items.full;
    case "table":
      return block.rows.full;
    case "code":
      return block.lines.full;
    case "paragraph":
      return block.pieces.last.slice(0, -1).map((piece) => piece);
    case "quote":
      return fullChunks(toArray(block.blocks)[0]);
    default:
      return [];
  }
}
