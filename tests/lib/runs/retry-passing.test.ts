import assert from "node:assert/strict";
import { test } from "node:test";
import { retryPassing, within } from "#lib/runs/retry-passing.ts";
import { StorageError } from "#lib/storage/storage-error.ts";

/** A clock that a wait moves on, and the waits. */
function fakeClock() {
  const waits: number[] = [];
  let time = 0;
  return {
    waits,
    now: () => time,
    async sleep(ms: number) {
      waits.push(ms);
      time += ms;
    },
  };
}

const away = new StorageError("unavailable", "away");

test("a call is repeated with waits that double up to a second, until it is answered", async () => {
  const clock = fakeClock();
  let calls = 0;
  const value = await retryPassing(
    async () => {
      calls += 1;
      if (calls < 8) throw away;
      return calls;
    },
    { clock, mayWait: () => true },
  );
  assert.deepEqual([value, clock.waits], [8, [50, 100, 200, 400, 800, 1000, 1000]]);
});

test("what does not pass is thrown at once", async () => {
  for (const error of [new StorageError("damaged", "x"), new TypeError("x")]) {
    const clock = fakeClock();
    const call = () => Promise.reject(error);
    await assert.rejects(retryPassing(call, { clock, mayWait: () => true }), error);
    assert.deepEqual(clock.waits, []);
  }
});

test("a store that stays away is asked for no longer than is allowed", async () => {
  const clock = fakeClock();
  await assert.rejects(
    retryPassing(() => Promise.reject(away), { clock, mayWait: within(1000, clock) }),
    away,
  );
  assert.deepEqual(clock.waits, [50, 100, 200, 400, 800]);
});

test("a signal ends the wait, and the failure is told", async () => {
  const ended = new AbortController();
  const clock = { sleep: async () => ended.abort() };
  let calls = 0;
  const call = () => {
    calls += 1;
    return Promise.reject(away);
  };
  await assert.rejects(retryPassing(call, { clock, mayWait: () => true, signal: ended.signal }), away);
  assert.equal(calls, 1);
});
