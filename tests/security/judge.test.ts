import assert from "node:assert/strict";
import { test } from "node:test";
import { judge, type Outcome } from "./judge.ts";

const passed: Outcome = { name: "S1 it holds", file: "/x/tests/a.test.ts", failed: false };
const failed: Outcome = { ...passed, name: "S1 it holds here too", failed: true };
const skipped: Outcome = { ...passed, name: "S1 it will hold", skip: "not built yet" };
const result = (...outcomes: Outcome[]) => judge("S1", { says: "it holds" }, outcomes).result;

test("a promise passes by a test of its id, and by nothing else", () => {
  assert.equal(result(passed), "pass");
  assert.equal(result(), "fail");
  assert.equal(result({ ...passed, name: "S10 it holds" }), "fail");
  assert.equal(result({ ...passed, name: "it holds S1" }), "fail");
  assert.equal(result({ ...passed, name: "S9 S1 both hold" }), "pass");
});

test("one failure fails it; a part may be skipped with a reason, and no part without one", () => {
  assert.equal(result(passed, failed), "fail");
  assert.match(judge("S1", { says: "it holds" }, [passed, skipped]).words, /1 test; skip: not built yet/);
  assert.equal(result(skipped), "skip");
  assert.equal(result(passed, { ...skipped, skip: "" }), "fail");
});

test("a test of another room shows it as long as it has that title", () => {
  const promised = { says: "it holds", also: [["tests/b.test.ts", "what holds"]] as const };
  const there = { name: "what holds, and why", file: "/x/tests/b.test.ts", failed: false };
  assert.equal(judge("S1", promised, [there]).result, "pass");
  assert.equal(judge("S1", promised, [passed]).result, "fail");
  assert.equal(judge("S1", promised, [{ ...there, failed: true }]).result, "fail");
});

test("a promise that waits is skipped with its reason until it has a test", () => {
  const promised = { says: "it holds", waits: "not built yet" };
  assert.equal(judge("S1", promised, []).result, "skip");
  assert.equal(judge("S1", promised, [failed]).result, "fail");
});
