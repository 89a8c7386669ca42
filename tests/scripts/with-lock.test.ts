import assert from "node:assert/strict";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { liveProcess } from "#scripts/live-process.mjs";
import { withLock } from "#scripts/with-lock.mjs";

const folder = mkdtempSync(join(tmpdir(), "rivulet-"));
after(() => rmSync(folder, { recursive: true, force: true }));
const file = (name: string): string => join(folder, "new", name);

test("the lock is held while the work is done, also work that fails, and released after it", async () => {
  const lock = file("held");
  assert.equal(await withLock(lock, () => Promise.resolve(existsSync(lock))), true);
  assert.equal(existsSync(lock), false);
  await assert.rejects(
    withLock(lock, () => Promise.reject(new Error("no"))),
    /no/,
  );
  assert.equal(existsSync(lock), false);
});

test("the lock of a process that is gone is taken over", async () => {
  const lock = file("stale");
  await withLock(lock, async () => undefined);
  for (const holder of ["999999999 1", `${process.pid} another start`, "", "x"]) {
    writeFileSync(lock, holder);
    assert.equal(await withLock(lock, async () => "done"), "done", holder);
  }
});

test("a process is known by its start, and one that there is not by nothing", () => {
  assert.ok(liveProcess(process.pid));
  assert.equal(liveProcess(process.pid), liveProcess(process.pid));
  assert.notEqual(liveProcess(process.ppid), liveProcess(process.pid));
  assert.equal(liveProcess(999_999_999), undefined);
});
