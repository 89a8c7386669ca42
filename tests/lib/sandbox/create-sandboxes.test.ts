import assert from "node:assert/strict";
import { test } from "node:test";
import { createSandboxes } from "#lib/sandbox/create-sandboxes.ts";

test("no more are open than may be; who waits has the next one that is closed", async () => {
  const sandboxes = createSandboxes();
  const open = await Promise.all(Array.from({ length: 8 }, () => sandboxes.open()));
  let isOpen = false;
  const waiting = sandboxes.open().then((sandbox) => {
    isOpen = true;
    return sandbox;
  });
  const gone = new AbortController();
  const left = sandboxes.open({}, gone.signal);
  gone.abort(new Error("gone"));
  await assert.rejects(left, /gone/);
  assert.deepEqual(await open[0]?.run("6*7"), { ok: true, value: 42, images: [] });
  assert.equal(isOpen, false);
  await open[0]?.close();
  const next = await waiting;
  assert.deepEqual(await next.run("6*7"), { ok: true, value: 42, images: [] });
  await Promise.all([...open, next].map((each) => each.close()));
  await sandboxes.close();
});

test("one that ended by itself makes place, too", async () => {
  const sandboxes = createSandboxes({ cpuMs: 50 });
  for (let at = 0; at < 9; at += 1) {
    const sandbox = await sandboxes.open();
    const result = await sandbox.run("'x'.repeat(1e5)");
    assert.equal(result.ok, false);
    assert.equal(sandbox.isClosed, true);
  }
  await sandboxes.close();
});

test("the limits are those of all, unless one has its own", async () => {
  const sandboxes = createSandboxes({ outputBytes: 10 });
  const [strict, other] = await Promise.all([sandboxes.open(), sandboxes.open({ outputBytes: 100 })]);
  assert.equal((await strict.run("'x'.repeat(50)")).ok, false);
  assert.equal((await other.run("'x'.repeat(50)")).ok, true);
  await Promise.all([other.close(), sandboxes.close()]);
});

test("what was run leaves no thread behind", async () => {
  const threads = () => process.getActiveResourcesInfo().filter((name) => name === "MessagePort").length;
  const before = threads();
  const sandboxes = createSandboxes();
  for (let at = 0; at < 10; at += 1) {
    const sandbox = await sandboxes.open();
    assert.equal((await sandbox.run("6*7")).ok, true);
    assert.equal(threads(), before + 1);
    await sandbox.close();
  }
  await sandboxes.close();
  assert.equal(threads(), before);
});
