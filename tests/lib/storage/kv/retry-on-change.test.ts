import assert from "node:assert/strict";
import { test } from "node:test";
import { retryOnChange } from "#lib/storage/kv/retry-on-change.ts";

test("a step is repeated until its keys are still the same", async () => {
  const results = [undefined, undefined, "done"];
  assert.equal(await retryOnChange("it", async () => results.shift()), "done");
  assert.equal(results.length, 0);
});

test("null, false and an empty text are results", async () => {
  for (const result of [null, false, ""]) assert.equal(await retryOnChange("it", async () => result), result);
});

test("what changes each time makes the store unavailable, and a failure is thrown at once", async () => {
  let attempts = 0;
  const changing = async () => {
    attempts += 1;
    return undefined;
  };
  await assert.rejects(retryOnChange("conversation c", changing), {
    code: "unavailable",
    message: /conversation c changes faster/,
  });
  assert.equal(attempts, 5);
  await assert.rejects(
    retryOnChange("it", async () => {
      attempts += 1;
      throw new Error("away");
    }),
    /away/,
  );
  assert.equal(attempts, 6);
});
