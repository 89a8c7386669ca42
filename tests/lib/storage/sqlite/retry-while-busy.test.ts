import assert from "node:assert/strict";
import { test } from "node:test";
import { retryWhileBusy } from "#lib/storage/sqlite/retry-while-busy.ts";

/** As SQLite says that another connection holds the lock. */
const busy = () => Object.assign(new Error("database is locked"), { errcode: 5 });

test("a statement is repeated until the lock is free, and the process goes on in between", async () => {
  let attempts = 0;
  let turns = 0;
  const turning = setInterval(() => (turns += 1), 1);
  const result = await retryWhileBusy(5000, () => {
    attempts += 1;
    if (attempts < 4) throw busy();
    return "done";
  });
  clearInterval(turning);
  assert.deepEqual([result, attempts], ["done", 4]);
  assert.ok(turns > 0);
});

test("a lock that is held longer makes the store unavailable", async () => {
  const error = await retryWhileBusy(0, () => {
    throw busy();
  }).catch((thrown: unknown) => thrown);
  assert.ok(error instanceof Error && "code" in error);
  assert.deepEqual([error.name, error.code], ["StorageError", "unavailable"]);
  assert.match(error.message, /kept the database locked for 0 ms/);
  assert.match(String(error.cause), /locked/);
});

test("another failure is thrown at once, as it is", async () => {
  let attempts = 0;
  const failure = Object.assign(new Error("disk full"), { errcode: 13 });
  const failing = retryWhileBusy(5000, () => {
    attempts += 1;
    throw failure;
  });
  await assert.rejects(failing, (error) => error === failure);
  assert.equal(attempts, 1);
});
