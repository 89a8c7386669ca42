import assert from "node:assert/strict";
import { test } from "node:test";
import { retryBriefly } from "#lib/runs/retry-briefly.ts";
import { StorageError } from "#lib/storage/storage-error.ts";

test("a person waits for a store that refuses for about a second, and is told each time", async () => {
  let [time, told] = [0, 0];
  const clock = { now: () => time, sleep: async (ms: number) => void (time += ms) };
  const away = new StorageError("unavailable", "away");
  await assert.rejects(
    retryBriefly(
      clock,
      () => Promise.reject(away),
      () => void (told += 1),
    ),
    away,
  );
  assert.ok(time >= 1000 && time < 2000, `${time} ms`);
  assert.equal(told, 5);
});
