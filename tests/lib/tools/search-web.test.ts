import assert from "node:assert/strict";
import { test } from "node:test";
import { createWebSearchTool, type FoundPage } from "#lib/tools/search-web.ts";
import { callTool } from "../../support/call-tool.ts";

const found: FoundPage[] = [
  { url: "https://a.example/", title: "A", excerpt: "One", published: "2026" },
  { url: "https://b.example/", title: "B", excerpt: "Two" },
];

test("each page that is found has a number by which it is cited", async () => {
  const asked: unknown[] = [];
  const tool = createWebSearchTool({
    name: "Searcher",
    search: async (search) => (asked.push(search), found),
  });
  let cited = 0;
  const output = await callTool(tool, { query: " cats " }, { cite: async () => (cited += 1) });
  assert.deepEqual(asked, [{ query: "cats", limit: 6 }]);
  assert.deepEqual(output, {
    by: "Searcher",
    results: found.map((page, at) => ({ source: at + 1, ...page })),
  });
});

test("nothing found is told of, and never made up", async () => {
  const tool = createWebSearchTool({ name: "Searcher", search: async () => [] });
  assert.deepEqual(await callTool(tool, { query: "cats" }), {
    by: "Searcher",
    results: [],
    note: "nothing was found",
  });
});
