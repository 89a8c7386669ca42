import assert from "node:assert/strict";
import { test } from "node:test";
import { besideBefore } from "./beside-before.ts";
import { flatOut } from "./parts/flat-out.ts";
import { streamsHeld } from "./parts/streams-held.ts";

test("the build before is measured right after ours, and ours may be five percent worse", () => {
  const part = besideBefore(flatOut);
  assert.deepEqual(part.contenders.slice(0, 4), ["sqlite", "before", "redis", "before-redis"]);
  assert.deepEqual(part.goals.slice(flatOut.goals.length), [
    { first: "sqlite", second: "before", max: 1.05 },
    { first: "redis", second: "before-redis", max: 1.05 },
  ]);
});

test("where more is better, ours may be five percent less", () => {
  const [goal] = besideBefore(streamsHeld).goals.slice(streamsHeld.goals.length);
  assert.deepEqual(goal, { first: "sqlite", second: "before", min: 1 / 1.05 });
});
