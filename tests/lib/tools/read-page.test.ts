import assert from "node:assert/strict";
import { test } from "node:test";
import { createPageTool, type PageContent } from "#lib/tools/read-page.ts";
import type { CitedPage } from "#lib/tools/tool.ts";
import { callTool } from "../../support/call-tool.ts";

const url = "https://a.example/page";

/** What a call of it gives, and what it cites. */
async function readPage(page: Partial<PageContent>, input: object = {}) {
  const cited: CitedPage[] = [];
  const tool = createPageTool(async (address) => ({ url: address, text: "Words.", isCut: false, ...page }));
  const cite = async (source: CitedPage) => cited.push(source) + 4;
  return { output: await callTool(tool, { url, ...input }, { cite }), cited };
}

test("a page is its words, what it says of itself, and the number that it is cited by", async () => {
  const about = { title: "A page", byline: "Ann", published: "2026-01-02", language: "en" };
  const { output, cited } = await readPage({ ...about, url: "https://b.example/moved" });
  assert.deepEqual(output, { source: 5, url: "https://b.example/moved", ...about, text: "Words." });
  assert.deepEqual(cited, [{ url: "https://b.example/moved", title: "A page" }]);
});

test("a long page is read piece by piece, and all pieces together are the page", async () => {
  const text = Array.from({ length: 3000 }, (_, at) => `Line ${at} 猫😀 of a page.`).join("\n");
  let read = "";
  for (let from: number | undefined = 0; from !== undefined; ) {
    const { output } = await readPage({ text }, { from });
    const piece = output as { text: string; next?: number; length?: number };
    assert.ok(piece.text.length <= 30_000 && piece.text.isWellFormed());
    assert.equal(piece.length, piece.next === undefined ? undefined : text.length);
    read += piece.text;
    from = piece.next;
  }
  assert.equal(read, text);
});

test("a page without lines is not cut inside of a character", async () => {
  const { output } = await readPage({ text: `x${"😀".repeat(20_000)}` });
  assert.ok((output as { text: string }).text.isWellFormed());
});

const noted: [what: string, page: Partial<PageContent>, input: object, note: RegExp][] = [
  ["a page without words", { text: "" }, {}, /no text of its own/],
  ["a page that is too long", { isCut: true }, {}, /its end is missing/],
  ["a PDF of more pages than were read", { pages: 900, readPages: 200 }, {}, /of 900 pages, the first 200/],
  ["a piece behind the end", {}, { from: 1000 }, /ends at character 6/],
];
for (const [what, page, input, note] of noted)
  test(`${what} says so`, async () => {
    const { output } = await readPage(page, input);
    assert.match((output as { note: string }).note, note);
  });

test("a page that cannot be read is cited by nothing", async () => {
  const tool = createPageTool(() => Promise.reject(new Error("there is no host of that name")));
  const cite = () => assert.fail();
  await assert.rejects(callTool(tool, { url }, { cite }), /no host of that name/);
});

test("its call goes where its address leads", () => {
  assert.equal(createPageTool(() => assert.fail()).goesTo?.({ url }), url);
});
