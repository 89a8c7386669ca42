import assert from "node:assert/strict";
import { test } from "node:test";
import { changeTag } from "#lib/protocol/newest-change.ts";

test("a tag is another one for every question, end, title and conversation, and short enough for an address", () => {
  const newest = { id: "a1b2c3d4-0000", title: "rain", updatedAt: 1_700_000_000_000 };
  const tags = [
    changeTag(undefined),
    changeTag(newest),
    changeTag({ ...newest, updatedAt: newest.updatedAt + 1 }),
    changeTag({ ...newest, activeRunId: "one" }),
    changeTag({ ...newest, activeRunId: "two" }),
    changeTag({ ...newest, title: "雨" }),
    changeTag({ ...newest, id: "ffffffff-0000" }),
  ];
  assert.equal(new Set(tags).size, tags.length);
  assert.ok(tags.every((tag) => tag.length < 64 && /^[\w.-]+$/.test(tag)));
  assert.equal(changeTag({ ...newest }), tags[1]);
});
