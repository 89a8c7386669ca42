import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { runStatuses } from "#lib/protocol/run-status.ts";
import {
  holdsLease,
  isClaimable,
  isLeased,
  type LeasedRun,
  mayTakeOver,
} from "#lib/storage/core/lease-rules.ts";
import type { Holder } from "#lib/storage/run-store.ts";

const now = 1_000_000;
const holder: Holder = { host: "h", boot: "b", pid: 1, startedAt: "t" };
const run = (fields: Partial<LeasedRun> = {}): LeasedRun => ({
  status: "running",
  leaseUntil: now + 1,
  holder,
  ...fields,
});
const stop = { by: "user", at: now };

describe("L1 L2 a lease is live", () => {
  const cases: [title: string, fields: Partial<LeasedRun>, dead: Holder | undefined, isLive: boolean][] = [
    ["until it ends", {}, undefined, true],
    ["not at its last moment", { leaseUntil: now }, undefined, false],
    ["not if nobody holds the run", { leaseUntil: 0, holder: undefined }, undefined, false],
    ["not if its holder is known to be dead", {}, holder, false],
    ...(["host", "boot", "startedAt"] as const).map(
      (field): [string, Partial<LeasedRun>, Holder, boolean] => [
        `if the dead one had another ${field}`,
        {},
        { ...holder, [field]: "other" },
        true,
      ],
    ),
    ["if the dead one had another pid", {}, { ...holder, pid: 2 }, true],
    ["if nobody knows who holds it", { holder: undefined }, holder, true],
  ];
  for (const [title, fields, dead, isLive] of cases)
    test(title, () => assert.equal(isLeased(run(fields), now, dead), isLive));
});

test("L3 a run without a live lease may be taken over while it is queued, running or stopping", () => {
  const taken = runStatuses.filter((status) => mayTakeOver(run({ status, leaseUntil: 0 }), now));
  assert.deepEqual(taken.toSorted(), ["queued", "running", "stopping"]);
  assert.deepEqual(
    runStatuses.filter((status) => mayTakeOver(run({ status }), now)),
    [],
  );
  assert.equal(mayTakeOver(run(), now, holder), true);
});

test("L4 somebody has to take it over if its conversation waits for it, or a stop does", () => {
  const free = run({ leaseUntil: 0 });
  assert.deepEqual(
    [isClaimable(free, true, now), isClaimable(free, false, now), isClaimable({ ...free, stop }, false, now)],
    [true, false, true],
  );
  assert.equal(isClaimable({ ...run(), stop }, true, now), false);
});

test("L6 only the newest claim's epoch and token hold the lease, and none after it was suspended", () => {
  const lease = { runId: "r", epoch: 2, token: "t" };
  const holds = (epoch: number, token: string | null) => holdsLease({ epoch, token }, lease);
  assert.deepEqual(
    [holds(2, "t"), holds(3, "t"), holds(2, "u"), holds(2, null)],
    [true, false, false, false],
  );
});
