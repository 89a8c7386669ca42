import assert from "node:assert/strict";
import { test } from "node:test";
import { crowdedSites } from "#components/message/markdown/crowded-sites.ts";

const link = (href: string) => ({ type: "link", href, children: [] });

test("an answer of any number of links is judged", () => {
  const links = Array.from({ length: 300_000 }, () => link("https://docs.example/page"));
  assert.deepEqual(crowdedSites({ type: "paragraph", children: links }), new Set());
  const secret = Array.from({ length: 20 }, (_, at) => link(`https://evil.example/${"xq7zk9vw"}${at}b`));
  assert.deepEqual(
    crowdedSites({ type: "paragraph", children: [...links, ...secret] }),
    new Set(["evil.example"]),
  );
});

test("each address of an answer is taken apart once, however often the answer grows", () => {
  const count = 300;
  const links = Array.from({ length: count }, (_, at) => link(`https://docs.example/page/${at}`));
  const real = globalThis.URL;
  let taken = 0;
  globalThis.URL = class extends real {
    constructor(address: string | URL) {
      super(address);
      taken += 1;
    }
  };
  try {
    for (let end = 1; end <= count; end += 1)
      crowdedSites({ type: "paragraph", children: links.slice(0, end) });
  } finally {
    globalThis.URL = real;
  }
  assert.ok(taken <= 2 * count, `${taken} for ${count} addresses`);
});
