import assert from "node:assert/strict";
import { test } from "node:test";
import { createIdleLimit } from "#lib/mcp/idle-limit.ts";

test("a call that says nothing ends, and neither progress nor the answer to one of two questions begins it while a person is asked", async (t) => {
  let now = 0;
  t.mock.timers.enable({ apis: ["setTimeout"] });
  t.mock.method(performance, "now", () => now);
  const pass = (ms: number) => {
    now += ms;
    t.mock.timers.tick(ms);
  };
  let idle = 0;
  const limit = createIdleLimit(1000, () => (idle += 1));
  pass(900);
  limit.rearm();
  pass(900);
  assert.equal(idle, 0, "something came");
  const [one, other] = [Promise.withResolvers<string>(), Promise.withResolvers<string>()];
  const [first, second] = [limit.whileAsked(one.promise), limit.whileAsked(other.promise)];
  limit.rearm();
  pass(10_000);
  one.resolve("one");
  assert.equal(await first, "one");
  pass(10_000);
  assert.equal(idle, 0, "the other question is open");
  other.reject(new Error("withdrawn"));
  await assert.rejects(second, /withdrawn/);
  pass(999);
  assert.equal(idle, 0, "it begins anew");
  pass(1);
  assert.equal(idle, 1);
  limit.end();
});
