import assert from "node:assert/strict";
import { test } from "node:test";
import { faultsWithin, isAtFault, placedFault } from "#components/message/object/object-faults.ts";

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

test("a fault is told apart from the way to its part, by the keys that there are", () => {
  const keys = ["name", "education", "a.b"];
  const cases: [fault: string, path: string[], sentence: string][] = [
    ["name: too short", ["name"], "too short"],
    ["education.0.year: has to be a number", ["education", "0", "year"], "has to be a number"],
    ["a.b: is missing", ["a.b"], "is missing"],
    ["name: one: two", ["name"], "one: two"],
    ["the object is not valid: a number is too large", [], "the object is not valid: a number is too large"],
    ["other: x", [], "other: x"],
    ["name.", [], "name."],
  ];
  for (const [fault, path, sentence] of cases)
    assert.deepEqual(placedFault(fault, keys), { path, sentence }, fault);
});
