import assert from "node:assert/strict";
import { test } from "node:test";
import { createTimers } from "#lib/client/timers.ts";
import { clientEnvironment } from "../../support/client-environment.ts";

function timers() {
  const fired: string[] = [];
  const environment = clientEnvironment(() => Promise.reject(new Error("unused")));
  const made = createTimers<"late" | "early">({
    environment,
    early: new Set(["early"] as const),
    onFire: (name) => fired.push(name),
  });
  return { timers: made, fired, environment };
}

test("a timer that is set again starts anew, and one that is cleared does not fire", (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const { timers: some, fired } = timers();
  some.set("late", 100);
  t.mock.timers.tick(60);
  some.set("late", 100);
  t.mock.timers.tick(60);
  assert.deepEqual(fired, []);
  t.mock.timers.tick(60);
  assert.deepEqual(fired, ["late"]);
  some.set("late", 100);
  some.clear("late");
  t.mock.timers.tick(200);
  assert.deepEqual(fired, ["late"]);
});

test("an early one ends with the environment's pause, unless it was cleared", async () => {
  const { timers: some, fired, environment } = timers();
  some.set("early", 250);
  await new Promise((resolve) => setImmediate(resolve));
  assert.deepEqual([fired, environment.pauses], [["early"], [250]]);
  some.set("early", 250);
  some.clear("early");
  await new Promise((resolve) => setImmediate(resolve));
  assert.deepEqual(fired, ["early"]);
});
