import assert from "node:assert/strict";
import { test } from "node:test";
import { faultsWithin, isAtFault } from "#components/message/object/object-faults.ts";

const faults = ["education.0.year: expected number", "name: too short", "nothing fits", "names.0: no"];

test("faults are found at the part that they name, on each level of the way", () => {
  assert.deepEqual(faultsWithin(faults, "name"), [": too short"]);
  assert.ok(isAtFault(faultsWithin(faults, "name")));
  const education = faultsWithin(faults, "education");
  assert.deepEqual(education, ["0.year: expected number"]);
  assert.ok(!isAtFault(education));
  const year = faultsWithin(faultsWithin(education, 0), "year");
  assert.deepEqual([year, isAtFault(year)], [[": expected number"], true]);
});

test("other parts have none", () => {
  for (const key of ["nam", "year", "steps", ""]) assert.equal(faultsWithin(faults, key), undefined, key);
  assert.equal(faultsWithin(undefined, "name"), undefined);
  assert.ok(!isAtFault(undefined));
});
