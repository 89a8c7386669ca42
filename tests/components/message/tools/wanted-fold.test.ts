import assert from "node:assert/strict";
import { test } from "node:test";
import { settingKey, wantedFold } from "#components/message/tools/wanted-fold.ts";

test("details are as their state wants it, or all open, or all closed but for what waits for a person", () => {
  const preferences = ["closed", "open", "needed"] as const;
  const wanted = (["open", "closed", undefined] as const).map((setting) =>
    preferences.map((preference) => wantedFold(setting, preference)),
  );
  assert.deepEqual(wanted, [
    [true, true, true],
    [false, false, true],
    [false, true, true],
  ]);
});

test("what a person opened or closed counts under the setting that it was done under", () => {
  const keys = ([undefined, "open", "closed"] as const).map((setting) => settingKey(setting, "call@1"));
  assert.equal(new Set(keys).size, 3);
  assert.equal(keys[0], "call@1");
});
