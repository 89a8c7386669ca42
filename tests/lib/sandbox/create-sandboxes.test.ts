import assert from "node:assert/strict";
import { test } from "node:test";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { createSandboxes } from "#lib/sandbox/create-sandboxes.ts";
import { residentMb } from "../../support/resident-mb.ts";
import { waitUntil } from "../../support/wait-until.ts";

/** How many are run one behind the other. Behind many, memory is looked at: a thousand take some minutes. */
const executions = Number(process.env["RIVULET_SANDBOXES"] ?? 10);

setFlagsFromString("--expose-gc");
// Cast: what the flag gives.
const collectGarbage = runInNewContext("gc") as () => void;

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

/** Every tenth ends in another way. */
const endings = ["6*7", "nope", "for (;;);", "'x'.repeat(1e6)", "[].fill.call({ length: 1e9 }, 0)"];

test("what was run, however it ended, leaves no thread behind, and after many no memory", async () => {
  const threads = () => process.getActiveResourcesInfo().filter((name) => name === "MessagePort").length;
  const before = threads();
  async function runAll(count: number): Promise<void> {
    const sandboxes = createSandboxes({ cpuMs: 50 });
    for (let at = 0; at < count; at += 1) {
      const code = at % 10 === 9 ? endings[((at - 9) / 10) % endings.length] : undefined;
      const sandbox = await sandboxes.open();
      const { ok } = await sandbox.run(code ?? "6*7");
      assert.ok(ok || code !== undefined);
      if (!sandbox.isClosed) assert.equal(threads(), before + 1);
      await sandbox.close();
    }
    // Before memory is looked at: the worker that is ready takes some, more of it the further it has come.
    await sandboxes.close();
  }
  // What grows until then, and no further, are the arenas that the system's allocator keeps for threads.
  await runAll(executions > 100 ? 150 : 0);
  collectGarbage();
  const beforeMb = residentMb(process.pid);
  await runAll(executions);
  assert.equal(threads(), before);
  const addedMb = () => {
    collectGarbage();
    return residentMb(process.pid) - beforeMb;
  };
  if (executions <= 100) return;
  await waitUntil("memory is back", () => addedMb() <= 10, 30_000).catch(() => undefined);
  console.log(`${executions} executions from ${beforeMb.toFixed(1)} MB: ${addedMb().toFixed(1)} MB more`);
  assert.ok(addedMb() <= 10);
});
