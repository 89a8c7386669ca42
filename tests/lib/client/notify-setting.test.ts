import assert from "node:assert/strict";
import { test } from "node:test";
import { wantsNotifying } from "#lib/client/notify-setting.ts";

test("a browser is notified only where it has said so", () => {
  assert.equal(wantsNotifying("rivulet-notify=on"), true);
  assert.equal(wantsNotifying("rivulet-lang=zh; rivulet-notify=on; a=b"), true);
  for (const cookies of [
    "",
    "rivulet-notify=",
    "rivulet-notify=off",
    "x-rivulet-notify=on",
    "rivulet-notify=ones",
  ])
    assert.equal(wantsNotifying(cookies), false, cookies);
});
