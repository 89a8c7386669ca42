import assert from "node:assert/strict";
import { test } from "node:test";
import { thrownAt } from "#lib/runs/thrown-at.ts";

const caught = (work: () => unknown): unknown => {
  try {
    return work();
  } catch (error) {
    return error;
  }
};

test("of an error its kind is told, and where it was thrown, and none of its words", () => {
  const errors = [
    caught(() => JSON.parse("canary of a conversation")),
    new TypeError("canary\n    at canary (canary.ts:1:1)\ncanary"),
    new Error("canary", { cause: new Error("canary") }),
  ];
  for (const error of errors) {
    const told = thrownAt(error);
    assert.doesNotMatch(JSON.stringify(told), /canary/);
    assert.equal(told.error, error instanceof Error && error.name);
    assert.match(told.stack ?? "", /thrown-at\.test\.ts:\d+:\d+/);
  }
});

test("what is no error, or says of itself what it likes, is told as briefly", () => {
  assert.deepEqual(thrownAt("canary"), { error: "string" });
  assert.deepEqual(thrownAt({ message: "canary" }), { error: "object" });
  assert.deepEqual(thrownAt(undefined), { error: "undefined" });
  assert.deepEqual(thrownAt(Object.assign(new Error("x"), { stack: "canary" })), { error: "Error" });
});
