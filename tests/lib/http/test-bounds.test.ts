import assert from "node:assert/strict";
import { test } from "node:test";
import { ProblemError } from "#lib/http/problem.ts";
import { createTestBounds } from "#lib/http/test-bounds.ts";

const refused = (error: unknown): boolean => error instanceof ProblemError && error.status === 429;

test("one test of a user at a time, six a minute; then it says when to come again", () => {
  let now = 0;
  const bounds = createTestBounds(() => now);
  const end = bounds.begin("ann");
  assert.throws(() => bounds.begin("ann"), refused);
  end();
  for (let n = 1; n < 6; n += 1) bounds.begin("ann")();
  now = 20_000;
  assert.throws(
    () => bounds.begin("ann"),
    (error) => error instanceof ProblemError && error.retryAfter === 40,
  );
  bounds.begin("bob")();
  now = 60_000;
  bounds.begin("ann")();
});

test("twenty a minute from one address, sixty in all, whoever asks", () => {
  const bounds = createTestBounds(() => 0);
  for (let n = 0; n < 20; n += 1) bounds.begin(`u${n}`, "a")();
  assert.throws(() => bounds.begin("u20", "a"), refused);
  for (let n = 20; n < 60; n += 1) bounds.begin(`u${n}`, `b${n}`)();
  assert.throws(() => bounds.begin("u60", "c"), refused);
});
