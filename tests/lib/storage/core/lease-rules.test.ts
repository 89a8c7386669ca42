import assert from "node:assert/strict";
import { test } from "node:test";
import { runStatuses } from "#lib/protocol/run-status.ts";
import {
  holdsLease,
  isClaimable,
  isLeased,
  type LeasedRun,
  mayTakeOver,
} from "#lib/storage/core/lease-rules.ts";
import { holder } from "../../../contract/scenario.ts";

const now = 1000;
const run = (fields: Partial<LeasedRun> = {}): LeasedRun => ({ status: "running", leaseUntil: 0, ...fields });
const stop = { by: "user", at: 1 };

test("L1 a lease is live until its last moment, by the store's clock", () => {
  for (const [leaseUntil, isLive] of [
    [0, false],
    [now - 1, false],
    [now, false],
    [now + 1, true],
  ] as const)
    assert.equal(isLeased(run({ leaseUntil }), now), isLive, `${leaseUntil}`);
});

test("L2 the live lease of a dead process counts as lapsed, and only of that very process", () => {
  const leased = run({ leaseUntil: now + 1, holder: holder(1) });
  assert.equal(isLeased(leased, now, holder(1)), false);
  const others = [{ pid: 2 }, { host: "x" }, { boot: "x" }, { startedAt: "x" }];
  for (const other of others) assert.equal(isLeased(leased, now, { ...holder(1), ...other }), true);
  assert.equal(isLeased(run({ leaseUntil: now + 1 }), now, holder(1)), true, "whose holder is not known");
});

test("L3 a run may be taken over while it is queued, running or stopping, and nobody holds it", () => {
  const takenOver = runStatuses.filter((status) => mayTakeOver(run({ status }), now));
  assert.deepEqual(takenOver, ["queued", "running", "stopping"]);
  for (const status of runStatuses)
    assert.equal(
      mayTakeOver(run({ status, leaseUntil: now + 1 }), now),
      false,
      `a leased one that is ${status}`,
    );
  const dead = run({ leaseUntil: now + 1, holder: holder(1) });
  assert.equal(mayTakeOver(dead, now, holder(1)), true);
});

test("L4 a run is claimable if it may be taken over and is active or has a stop request", () => {
  for (const [isActive, hasStop, expected] of [
    [true, false, true],
    [false, true, true],
    [true, true, true],
    [false, false, false],
  ] as const) {
    const found = { ...run(), ...(hasStop && { stop }) };
    assert.equal(isClaimable(found, isActive, now), expected, `active ${isActive}, stop ${hasStop}`);
    assert.equal(isClaimable({ ...found, leaseUntil: now + 1 }, isActive, now), false);
    assert.equal(isClaimable({ ...found, status: "waiting" }, isActive, now), false);
  }
});

test("L6 the newest claim holds its run, lapsed or not; another epoch or token, and no claim, do not", () => {
  const lease = { runId: "r", epoch: 2, token: "t" };
  assert.equal(holdsLease({ epoch: 2, token: "t" }, lease), true);
  for (const other of [
    { epoch: 1, token: "t" },
    { epoch: 3, token: "t" },
    { epoch: 2, token: "x" },
    { epoch: 2, token: null },
  ])
    assert.equal(holdsLease(other, lease), false);
});
