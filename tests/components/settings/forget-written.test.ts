import assert from "node:assert/strict";
import { test } from "node:test";
import { forgetWritten } from "#components/settings/forget-written.ts";
import { keptAnswerKey } from "#lib/client/kept-answer-key.ts";
import { steeringKey } from "#lib/client/steering/steering-key.ts";
import { memoryStorage } from "../../support/memory-storage.ts";

test("a browser that forgets its conversations keeps nothing of what was written in them, and the rest", () => {
  const storage = memoryStorage();
  let isForgotten = false;
  storage.setItem(keptAnswerKey("run a:1 reason"), "a reason");
  storage.setItem(steeringKey("c"), "[]");
  storage.setItem("another", "thing");
  forgetWritten({ forget: () => (isForgotten = true) }, () => storage);
  assert.deepEqual([Object.keys(storage), isForgotten], [["another"], true]);
  forgetWritten({ forget: () => undefined }, () => {
    throw new DOMException("denied", "SecurityError");
  });
});
