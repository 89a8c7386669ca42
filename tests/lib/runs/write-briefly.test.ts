import assert from "node:assert/strict";
import { test } from "node:test";
import { writeBriefly } from "#lib/runs/write-briefly.ts";
import { StorageError } from "#lib/storage/storage-error.ts";

/** Each wait takes half of what a person is kept waiting. */
function hurriedClock() {
  let at = 0;
  return { now: () => at, sleep: () => Promise.resolve(void (at += 500)) };
}

test("a call that is refused in passing is repeated; one that was never answered may be done, and says so", async () => {
  let calls = 0;
  const passing = async () => {
    if ((calls += 1) < 3) throw new StorageError("unavailable", "away");
    return "done";
  };
  assert.equal(await writeBriefly(hurriedClock(), passing), "done");
  for (const code of ["unavailable", "full", "damaged"] as const)
    await assert.rejects(
      writeBriefly(hurriedClock(), () => Promise.reject(new StorageError(code, "away"))),
      (error) =>
        error instanceof StorageError &&
        error.code === code &&
        error.mayBeDone === (code === "unavailable" ? true : undefined),
    );
  await assert.rejects(
    writeBriefly(hurriedClock(), () => Promise.reject(new Error("a mistake"))),
    { name: "Error", message: "a mistake" },
  );
});
