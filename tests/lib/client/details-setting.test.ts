import assert from "node:assert/strict";
import { test } from "node:test";
import { readDetailsSetting } from "#lib/client/details-setting.ts";

test("details are always open, always closed, or as their state wants it, whatever the cookie holds", () => {
  assert.deepEqual(["open", "closed", "", "ajar", undefined].map(readDetailsSetting), [
    "open",
    "closed",
    undefined,
    undefined,
    undefined,
  ]);
});
