import assert from "node:assert/strict";
import { test } from "node:test";
import { createUnwritableRuns } from "#lib/runs/unwritable-runs.ts";
import { StorageError } from "#lib/storage/storage-error.ts";

const damage = new StorageError("damaged", "cannot be read");
const run = { runId: "r", epoch: 3 };

test("a run that was refused for good is left alone for a minute, then twice as long, and an hour at most", () => {
  const runs = createUnwritableRuns();
  let now = 5;
  for (const minutes of [1, 2, 4, 8, 16, 32, 60, 60]) {
    assert.equal(runs.failureOf(run, now), undefined);
    runs.note(run, damage, now);
    const until = now + minutes * 60_000;
    assert.equal(runs.failureOf(run, until - 1), damage);
    assert.deepEqual([runs.has("r", until - 1), runs.has("r", until)], [true, false]);
    now = until;
  }
});

test("one that another process has claimed since is written by it, and is known no more", () => {
  const runs = createUnwritableRuns();
  runs.note(run, damage, 0);
  assert.equal(runs.failureOf({ ...run, epoch: 4 }, 1), undefined);
  assert.equal(runs.has("r", 1), false);
});

test("what may pass, or is no failure of the store, is no reason", () => {
  const runs = createUnwritableRuns();
  const passing = ["unavailable", "full", "read-only", "newer-schema"] as const;
  for (const error of [...passing.map((code) => new StorageError(code, "away")), new Error("our own")])
    runs.note(run, error, 0);
  assert.equal(runs.has("r", 0), false);
  runs.note(run, new StorageError("too-large", "too much"), 0);
  assert.equal(runs.failureOf(run, 0)?.code, "damaged");
});

test("of very many the oldest are forgotten", () => {
  const runs = createUnwritableRuns();
  for (let at = 0; at < 10_500; at += 1) runs.note({ runId: `${at}`, epoch: 0 }, damage, 0);
  assert.deepEqual([runs.has("0", 1), runs.has("499", 1), runs.has("500", 1)], [false, false, true]);
});
