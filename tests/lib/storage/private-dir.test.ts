import assert from "node:assert/strict";
import { chmodSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { makePrivateDir } from "#lib/storage/private-dir.ts";
import { modeOf, newDir } from "./sqlite/temporary-store.ts";

test("a directory and its parents are made for their user alone; one that exists keeps its mode", () => {
  const home = newDir();
  chmodSync(home, 0o755);
  const deep = join(home, "a", "b");
  makePrivateDir(deep);
  makePrivateDir(deep);
  assert.deepEqual([modeOf(home), modeOf(join(home, "a")), modeOf(deep)], [0o755, 0o700, 0o700]);
});

test("where none can be made the system's error says so", () => {
  const file = join(newDir(), "file");
  writeFileSync(file, "");
  assert.throws(() => makePrivateDir(join(file, "below")), { code: /ENOTDIR|EEXIST/ });
});
