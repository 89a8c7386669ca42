import assert from "node:assert/strict";
import { test } from "node:test";
import { createCallKeys } from "#lib/workflows/call-keys.ts";
import { numbered, start, startStep, toolInputStart } from "../../support/event-builders.ts";
import { foldAll } from "../../support/run-bench.ts";
import { gate } from "../../support/scripted-model.ts";

test("what is asked anew waits without turning until what was asked before is found", async (t) => {
  const before = numbered([start(), startStep(), toolInputStart("ask-1_9_00000000", "make")]);
  const stored = gate();
  const waits = [stored.promise, Promise.resolve()];
  const keys = createCallKeys({
    ...{ base: "ask-1", failures: 0, state: () => foldAll(before) },
    durable: async () => waits.shift(),
  });
  const turn = setImmediate;
  const waited = t.mock.method(globalThis, "setImmediate");
  const both = [keys.take("one", false), keys.take("two", false)];
  for (let turns = 0; turns < 20; turns += 1) await new Promise((resolve) => turn(resolve));
  assert.equal(waited.mock.callCount(), 1);
  stored.open();
  assert.deepEqual(
    (await Promise.all(both)).map(({ number }) => number),
    [1, 2],
  );
});
