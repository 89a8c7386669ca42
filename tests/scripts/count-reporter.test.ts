import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";

const root = join(import.meta.dirname, "../..");

test("the counts name each test that failed, where it stands and why", (t) => {
  const folder = mkdtempSync(join(tmpdir(), "rivulet-counts-"));
  t.after(() => rmSync(folder, { recursive: true }));
  const file = join(folder, "planted.test.mjs");
  writeFileSync(
    file,
    `import { suite, test } from "node:test";
    test("good", () => {});
    suite("of many", () => {
      test("bad", () => { throw new Error("no\\nmore of it"); });
    });`,
  );
  const counts = join(folder, "counts.json");
  const { NODE_TEST_CONTEXT: _, ...env } = process.env;
  const reporter = join(root, "tests/support/count-reporter.mjs");
  const { status } = spawnSync(
    process.execPath,
    ["--test", `--test-reporter=${reporter}`, "--test-reporter-destination=stdout", file],
    { cwd: folder, env: { ...env, RIVULET_COUNTS: counts } },
  );
  assert.equal(status, 1);
  assert.deepEqual(JSON.parse(readFileSync(counts, "utf8")), {
    passed: 1,
    failed: 1,
    skipped: 0,
    failures: ["bad (planted.test.mjs:4): no"],
  });
});
