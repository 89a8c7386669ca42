import assert from "node:assert/strict";
import { test } from "node:test";
import { streamResponse } from "#lib/http/stream-response.ts";

const unexpected = (error: unknown): never => assert.fail(String(error));

test("R37 2.3 a reader that never reads has nothing read ahead for it, one that stops holds one chunk, and is ended after a minute", async (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  let now = performance.now();
  t.mock.method(performance, "now", () => now);
  const pass = (ms: number) => {
    now += ms;
    t.mock.timers.tick(ms);
  };
  let made = 0;
  let left: AbortSignal | undefined;
  async function* frames(signal: AbortSignal): AsyncGenerator<string> {
    left = signal;
    for (;;) yield `data: ${(made += 1)}\n\n`;
  }
  const turn = () => new Promise((resolve) => setImmediate(resolve));
  const reader = streamResponse(frames, {}, unexpected).body?.getReader() ?? assert.fail();
  await turn();
  assert.equal(made, 0);
  for (let chunk = 1; chunk <= 3; chunk += 1) {
    await reader.read();
    await turn();
    assert.equal(made, chunk);
  }
  pass(59_000);
  assert.equal(left?.aborted, false);
  pass(2_000);
  assert.equal(left?.aborted, true);
  await assert.rejects(reader.read(), { name: "AbortError" });
  assert.equal(made, 3);
});

test("R37 one that is never read at all is ended after a minute too", (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  let now = performance.now();
  t.mock.method(performance, "now", () => now);
  let left: AbortSignal | undefined;
  async function* never(): AsyncGenerator<string> {
    yield "";
  }
  streamResponse(
    (signal) => {
      left = signal;
      return never();
    },
    {},
    unexpected,
  );
  now += 61_000;
  t.mock.timers.tick(61_000);
  assert.equal(left?.aborted, true);
});

test("what fails is told once, and its reader is cut off by a name that Next keeps out of the log", async () => {
  const failure = new Error("our own");
  const failed: unknown[] = [];
  const response = streamResponse(
    async function* () {
      yield "begun";
      throw failure;
    },
    {},
    (error) => failed.push(error),
  );
  await assert.rejects(response.text(), { name: "AbortError" });
  assert.deepEqual(failed, [failure]);
});
