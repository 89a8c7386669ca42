import assert from "node:assert/strict";
import { test } from "node:test";
import { createElement, type ReactElement } from "react";
import { renderToStaticMarkup } from "react-dom/server";
import { advanceBy, initialParserState, preview } from "#components/message/markdown/incremental-parser.ts";
import { LabelsContext } from "#components/message/markdown/labels-context.ts";
import { MarkdownBlocks } from "#components/message/markdown/markdown-blocks.ts";
import { renderBlocks } from "#components/message/markdown/render-blocks.ts";

const labels = { copy: "Copy", copied: "Copied" };
const ladder = Array.from({ length: 60 }, (_, at) => "`".repeat(at)).join("a");
const bombs: Record<string, (size: number) => string> = {
  ">": (size) => ">".repeat(size),
  "- ": (size) => "- ".repeat(size / 2),
  "[": (size) => "[".repeat(size),
  "![": (size) => "![".repeat(size / 2),
  "*a ": (size) => "*a ".repeat(size / 3),
  // The same ladder again and again: a longer one would be another text, not twice the text.
  "a ladder of backticks": (size) => ladder.repeat(Math.ceil(size / ladder.length)),
  "|a": (size) => `${"|a".repeat(2000)}|\n${"|-".repeat(2000)}|\n`.repeat(Math.ceil(size / 8000)),
  "<": (size) => "<".repeat(size),
  footnotes: (size) => Array.from({ length: size / 20 }, (_, at) => `[^${at}]: note ${at}\n`).join(""),
  references: (size) =>
    Array.from({ length: size / 30 }, (_, at) => `[a${at}]: https://x.test/${at}\n`).join("") +
    "[a1] ".repeat(size / 10),
  "one line": (size) => "x".repeat(size),
  "one line of words": (size) => "a **b** c ".repeat(size / 10),
  "[a](": (size) => "[a](".repeat(size / 4),
  "> - ": (size) => "> - ".repeat(size / 4),
  entities: (size) => "&amp;".repeat(size / 5),
  addresses: (size) => "https://x.test/a ".repeat(size / 17),
};

const [smallest, largest] = [10_000, 320_000];
/** Beside it the clock's grain and a collection of garbage are small, ms. */
const longEnough = 25;

for (const [name, bomb] of Object.entries(bombs)) {
  test(`S37 twice as much takes twice as long, at once and a character at a time: ${name}`, () => {
    for (const read of [drawn, streamed]) {
      assert.ok(timeOf(read, bomb(smallest)) < 1000);
      const ratio = doubling(read, bomb);
      assert.ok(ratio <= 3, `${read.name}: t(2n)/t(n) = ${ratio.toFixed(2)}`);
    }
  });

  test(`S37 the page it makes is no deeper than 32 levels: ${name}`, () => {
    assert.ok(depthOf(renderToStaticMarkup(element(bomb(20_000)))) <= 2 * 32 + 8);
  });
}

test("S37 a line of a megabyte is drawn", () => {
  const text = "words **bold** and `code` ".repeat(40_000);
  const page = renderToStaticMarkup(element(text));
  assert.ok(page.length > text.length / 2);
});

test("S37 a server draws the beginning of an answer, however long it is: the rest is the browser's", () => {
  for (const [name, bomb] of Object.entries({ ...bombs, list: listOf, paragraphs: paragraphsOf }))
    for (const live of [false, true]) {
      const text = bomb(4_000_000);
      const begin = process.threadCpuUsage();
      const page = renderToStaticMarkup(createElement(MarkdownBlocks, { text, live, labels }));
      const { user } = process.threadCpuUsage(begin);
      assert.ok(page.length < 1_500_000, `${name}: ${page.length}`);
      assert.ok(user < 3_000_000, `${name}: ${user / 1000} ms`);
    }
});

const listOf = (size: number): string => "- an item, *with* `code`\n".repeat(size / 24);
const paragraphsOf = (size: number): string => "Some **words**.\n\n".repeat(size / 17);

/** The whole text, as a browser has drawn it in the end. */
function element(text: string): ReactElement {
  const { blocks } = preview(advanceBy(initialParserState, text), true);
  return createElement(LabelsContext, { value: labels }, renderBlocks(blocks, false));
}

function drawn(text: string): void {
  renderToStaticMarkup(element(text));
}

/** Every character is settled by itself; the end is looked at as often as a page would draw. */
function streamed(text: string): void {
  let settled = initialParserState;
  for (let at = 0; at < text.length; at += 1) {
    settled = advanceBy(settled, text.charAt(at));
    if (at % 1024 === 0) preview(settled, false);
  }
}

/**
 * t(2n)/t(n), from two doublings, for an n that takes long enough to have a ratio: linear is 2, the square 4.
 * 2.4 is promised; what else the machine does must not make this red. The best of several each, in turns, as
 * pauses of the machine are not the text's.
 */
function doubling(read: (text: string) => void, bomb: (size: number) => string): number {
  let size = smallest;
  // The first reads warm the compiler up.
  while (Math.min(timeOf(read, bomb(size)), timeOf(read, bomb(size))) < longEnough) {
    size *= 2;
    if (size > largest) return 1;
  }
  let [small, large] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY];
  for (let round = 0; round < 8; round += 1) {
    small = Math.min(small, timeOf(read, bomb(size)));
    large = Math.min(large, timeOf(read, bomb(4 * size)));
    if (round > 0 && large <= 2.4 ** 2 * small) break;
  }
  return Math.sqrt(large / small);
}

/** Milliseconds of this thread alone: other programs share the machine. */
function timeOf(read: (text: string) => void, text: string): number {
  const begin = process.threadCpuUsage();
  read(text);
  const { user, system } = process.threadCpuUsage(begin);
  return (user + system) / 1000;
}

function depthOf(page: string): number {
  let depth = 0;
  let deepest = 0;
  for (const [, slash] of page.matchAll(/<(\/?)(?!br|hr)[a-z][^>]*>/g)) {
    depth += slash === "/" ? -1 : 1;
    deepest = Math.max(deepest, depth);
  }
  return deepest;
}
