import assert from "node:assert/strict";
import { test } from "node:test";
import { Worker } from "node:worker_threads";
import { withTimeout } from "#lib/async/with-timeout.ts";

const late = () => new Error("late");
const never = new Promise<never>(() => undefined);

/** Holds this thread, as the loading of a large module does. */
const block = (ms: number) => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);

test("a promise that settles in time is what it is", async () => {
  assert.equal(await withTimeout(1000, Promise.resolve(1), late), 1);
  await assert.rejects(withTimeout(1000, Promise.reject(new Error("refused")), late), /refused/);
});

test("one that does not is given up, after the time that was asked for", async () => {
  for (const ms of [1, 30, 250]) {
    const begin = performance.now();
    await assert.rejects(withTimeout(ms, never, late), /late/);
    assert.ok(performance.now() - begin >= ms - 1, `${ms}`);
  }
});

test("an answer that came while this thread was blocked counts, however late it is read", async () => {
  // A thread of its own answers meanwhile.
  const worker = new Worker(
    `const { parentPort } = require("node:worker_threads");
     parentPort.on("message", (at) => setTimeout(() => parentPort.postMessage(at), at));`,
    { eval: true },
  );
  const answered = new Promise((resolve) => worker.once("message", resolve));
  worker.postMessage(50);
  const waited = withTimeout(300, answered, late);
  setImmediate(() => block(700));
  assert.equal(await waited, 50);
  await worker.terminate();
});

test("several answers in a row, each in a gap between two blocks, are in time", async () => {
  let turns = 0;
  const done = new Promise<string>((resolve) => {
    const turn = () => {
      turns += 1;
      if (turns === 4) return resolve("done");
      block(200);
      setTimeout(turn, 1);
    };
    setTimeout(turn, 1);
  });
  assert.equal(await withTimeout(500, done, late), "done");
});
