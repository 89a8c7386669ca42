import assert from "node:assert/strict";
import { test } from "node:test";
import { createModelRetries, type ModelRetries } from "#lib/agents/model-retry.ts";
import { ModelError, type ModelErrorCode } from "#lib/models/model-error.ts";
import type { WaitReason } from "#lib/protocol/codes.ts";

const failure = (code: ModelErrorCode, waitFor?: WaitReason, retryAfterMs?: number) =>
  new ModelError(code, "x", {
    retryable: true,
    ...(waitFor !== undefined && { waitFor }),
    facts: { ...(retryAfterMs !== undefined && { retryAfterMs }) },
  });
const starting = failure("provider-failed", "starting");
const refused = failure("unreachable", "refused");
const busy = failure("rate-limited", "slots");

const retriesOf = (options: { startMs?: number; retries?: number } = {}) =>
  createModelRetries({ stepId: "s", retries: 0, startMs: 60_000, random: () => 1, ...options });

/** The waits until it gives up, or a hundred. */
function waits(retries: ModelRetries, error: Error): number[] {
  const all: number[] = [];
  for (let next = retries.next(error); next && all.length < 100; next = retries.next(error))
    all.push(next.inMs);
  return all;
}

test("a failure that may pass is asked for twice more, counted over all holders", () => {
  const retries = retriesOf();
  const events = [1, 2, 3].map(() => retries.next(failure("provider-failed")));
  const event = { type: "retry", stepId: "s", what: "model", of: 2, reason: "provider-failed" };
  assert.deepEqual(events, [
    { ...event, attempt: 1, inMs: 2000 },
    { ...event, attempt: 2, inMs: 4000 },
    undefined,
  ]);
  assert.equal(retriesOf({ retries: 1 }).next(failure("provider-failed"))?.attempt, 2);
  assert.equal(retriesOf({ retries: 2 }).next(failure("provider-failed")), undefined);
});

test("what will not pass, or is our own fault, is not asked again", () => {
  const final = new ModelError("request-refused", "x", { retryable: false });
  for (const each of [final, new Error("x"), undefined]) assert.equal(retriesOf().next(each), undefined);
});

test("a server that starts is waited for as long as a first token may take, and no longer", () => {
  for (const error of [starting, refused]) {
    const all = waits(retriesOf(), error);
    assert.equal(
      all.reduce((sum, ms) => sum + ms),
      60_000,
    );
    assert.ok(
      all.every((ms) => ms <= 4000),
      String(all),
    );
    assert.ok((all[0] ?? 0) < 1000);
  }
});

test("a wait says why, takes none of the retries, and ends as early as it was asked to", () => {
  const retries = retriesOf();
  assert.equal(retries.next(starting)?.reason, "starting");
  assert.equal(retries.next(refused)?.reason, "refused");
  assert.equal(retries.next(failure("provider-failed", "starting", 20_000))?.inMs, 20_000);
  assert.deepEqual(waits(retries, failure("provider-failed")).length, 2);
});

test("where nothing is said of how long, a server that starts is any that failed", () => {
  const retries = retriesOf({ startMs: 0 });
  assert.deepEqual(
    [retries.next(starting)?.reason, retries.next(refused)?.reason],
    ["provider-failed", "unreachable"],
  );
  assert.equal(retries.next(starting), undefined);
});

test("an endpoint that is busy with another question of ours is waited for as long as it is", () => {
  const all = waits(retriesOf({ startMs: 1000 }), busy);
  assert.equal(all.length, 100);
  assert.ok(all.every((ms) => ms <= 4000));
});
