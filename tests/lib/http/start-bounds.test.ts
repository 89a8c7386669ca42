import assert from "node:assert/strict";
import { test } from "node:test";
import { startBounds } from "#lib/http/start-bounds.ts";

const headers = new Headers({ "x-forwarded-for": "203.0.113.9" });
const limits = { runsPer10Min: 5, liveRuns: 2, tokensPerDay: 1000 };
const start = { headers, userId: "alice", usesKey: true, limits, trustedProxies: 1 };

test("a start is counted for its user and, where it is known, for its address", () => {
  const { starts, live, tokens } = startBounds(start);
  assert.deepEqual([live, tokens], [2, 1000]);
  assert.deepEqual(starts[0], { who: "owner alice", max: 5 });
  assert.match(starts[1]?.who ?? "", /^address [0-9a-f]{32}$/);
  assert.equal(starts[1]?.max, 5);
  assert.deepEqual(startBounds({ ...start, trustedProxies: 0 }).starts, [{ who: "owner alice", max: 5 }]);
});

test("an address is stored as a hash only", () => {
  assert.equal(JSON.stringify(startBounds(start)).includes("203.0.113.9"), false);
});

test("an answer that the server's key does not pay for spends none of the day's tokens", () => {
  assert.equal("tokens" in startBounds({ ...start, usesKey: false }), false);
});

test("a limit that is not set bounds nothing", () => {
  assert.deepEqual(startBounds({ ...start, limits: {} }), { starts: [] });
});
