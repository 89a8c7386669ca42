import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { retryWait } from "#lib/agents/retry-wait.ts";
import { ModelError, type ModelErrorCode } from "#lib/models/model-error.ts";

const failure = (code: ModelErrorCode, retryAfterMs?: number, retryable = true) =>
  new ModelError(code, "x", { retryable, facts: { ...(retryAfterMs !== undefined && { retryAfterMs }) } });

test("R4 a busy, failing or unreachable endpoint is asked twice more, later each time; all others never", () => {
  for (const code of ["rate-limited", "provider-failed", "unreachable", "cut-off"] as const) {
    const [first, second, third] = [0, 1, 2].map((retries) => retryWait(failure(code), retries, () => 1));
    assert.ok(first !== undefined && second === first * 2, code);
    assert.equal(third, undefined, code);
    assert.equal(
      retryWait(failure(code, undefined, false), 0, () => 1),
      undefined,
      code,
    );
  }
  const never = ["key-rejected", "model-not-found", "timeout", "limit-reached", "bad-response"] as const;
  for (const code of never)
    assert.equal(
      retryWait(failure(code), 0, () => 1),
      undefined,
      code,
    );
});

test("R5 an endpoint that cannot be reached is told of within three seconds, both waits included", () => {
  const waits = [0, 1].map((retries) => retryWait(failure("unreachable"), retries, () => 1) ?? Infinity);
  assert.ok(waits.reduce((sum, ms) => sum + ms) < 3000, String(waits));
});

test("R3 no wait is shorter than what was asked for, over a minute is not waited for, and two never wait the same", () => {
  const chance = fc.double({ min: 0, max: 1, noNaN: true });
  fc.assert(
    fc.property(fc.nat(90_000), chance, fc.nat(1), (askedMs, random, retries) => {
      const wait = retryWait(failure("rate-limited", askedMs), retries, () => random);
      if (askedMs > 60_000) return wait === undefined;
      return wait !== undefined && wait >= askedMs && wait <= askedMs + 1000;
    }),
  );
  const spread = [0, 0.5, 1].map((random) => retryWait(failure("provider-failed"), 0, () => random));
  assert.equal(new Set(spread).size, 3);
});
