import assert from "node:assert/strict";
import { test } from "node:test";
import { type RetryPolicy, retryDelay } from "#lib/workflows/retry-policy.ts";

const after = (policy: RetryPolicy | undefined, failures: number, more: object = {}) =>
  retryDelay(policy, { error: new Error("no"), failures, sinceMs: 0, random: () => 1, ...more });

const delays = (policy: RetryPolicy): (number | undefined)[] =>
  [1, 2, 3, 4].map((failures) => after(policy, failures));

const cases: [what: string, RetryPolicy, (number | undefined)[]][] = [
  ["a fixed wait is the same each time", { attempts: 3, delay: 2 }, [2000, 2000, undefined, undefined]],
  ["an exponential one grows", { attempts: 9, delay: 0.05, factor: 2 }, [50, 100, 200, 400]],
  [
    "and is never longer than it may be",
    { attempts: 9, delay: 1, factor: 10, maxDelay: 5 },
    [1000, 5000, 5000, 5000],
  ],
  ["one attempt is no second", { attempts: 1 }, [undefined, undefined, undefined, undefined]],
];
for (const [what, policy, expected] of cases) test(what, () => assert.deepEqual(delays(policy), expected));

test("without a policy nothing is tried again", () => assert.equal(after(undefined, 1), undefined));

test("by chance a wait is anything from half of it", () => {
  const policy = { attempts: 3, delay: 1, hasJitter: true };
  assert.deepEqual(
    [0, 1].map((chance) => after(policy, 1, { random: () => chance })),
    [500, 1000],
  );
});

test("no attempt begins after the time to give up, nor for an error that it does not name", () => {
  const policy: RetryPolicy = {
    attempts: 9,
    delay: 1,
    giveUpAfter: 3,
    when: ({ message }) => message === "no",
  };
  assert.equal(after(policy, 1, { sinceMs: 1900 }), 1000);
  assert.equal(after(policy, 1, { sinceMs: 2100 }), undefined);
  assert.equal(after(policy, 1, { error: new Error("yes") }), undefined);
});
