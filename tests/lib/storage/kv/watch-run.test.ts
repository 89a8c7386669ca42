import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { createWatchRun, type OnNotice, type RunVersion } from "#lib/storage/kv/watch-run.ts";

const pollMs = 3000;

/** One run that is watched: its record can be changed, and its notices sent by hand. */
function watched(t: TestContext) {
  t.mock.timers.enable({ apis: ["setInterval"] });
  const store: { version: RunVersion | undefined; notice?: OnNotice } = {
    version: { log: "1", isStopped: false },
  };
  const woken: string[] = [];
  const watchRun = createWatchRun({
    subscribe(_, onNotice) {
      store.notice = onNotice;
      return () => void delete store.notice;
    },
    versionOf: async () => store.version ?? Promise.reject(new Error("away")),
    pollMs,
  });
  const unwatch = watchRun("run", (change) => woken.push(change ?? "any"));
  async function poll(): Promise<string[]> {
    t.mock.timers.tick(pollMs);
    await new Promise((resolve) => setImmediate(resolve));
    return woken.splice(0);
  }
  return { store, woken, unwatch, poll };
}

test("6.2 a notice of the log wakes for the log, any other for all", (t) => {
  const { store, woken } = watched(t);
  for (const notice of ["log", "stop", undefined, "of a newer build"]) store.notice?.(notice);
  assert.deepEqual(woken, ["log", "any", "any", "any"]);
});

test("6.2 the poll wakes for what changed since the last one, and at first, when nothing is known", async (t) => {
  const { store, poll } = watched(t);
  assert.deepEqual(await poll(), ["any"]);
  assert.deepEqual(await poll(), []);
  store.version = { log: "2", isStopped: false };
  assert.deepEqual(await poll(), ["log"]);
  store.version = { log: "3", isStopped: true };
  assert.deepEqual(await poll(), ["any"]);
});

test("a store that is away wakes once, so that readers learn of it, and once when it is back", async (t) => {
  const { store, poll } = watched(t);
  await poll();
  const { version } = store;
  store.version = undefined;
  assert.deepEqual([await poll(), await poll()], [["any"], []]);
  store.version = version;
  assert.deepEqual(await poll(), ["any"]);
});

test("nothing is left behind", async (t) => {
  const { store, unwatch, poll } = watched(t);
  unwatch();
  assert.equal(store.notice, undefined);
  assert.deepEqual(await poll(), []);
});
