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
