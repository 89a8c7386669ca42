import assert from "node:assert/strict";
import { test } from "node:test";
import { scanAll } from "#lib/storage/kv/scan-all.ts";

test("all steps are taken, and each key is given once, however often the server names it", async () => {
  const steps: Record<string, { next: string; found: string[] }> = {
    0: { next: "7", found: ["a", "b"] },
    7: { next: "3", found: [] },
    3: { next: "0", found: ["b", "c"] },
  };
  const cursors: string[] = [];
  const keys = await scanAll(async (pattern, cursor) => {
    cursors.push(`${pattern} ${cursor}`);
    return steps[cursor] ?? assert.fail(cursor);
  }, "p:*");
  assert.deepEqual(
    [keys, cursors],
    [
      ["a", "b", "c"],
      ["p:* 0", "p:* 7", "p:* 3"],
    ],
  );
});
