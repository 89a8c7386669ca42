import assert from "node:assert/strict";
import { test } from "node:test";
import { forgetAnswers, keepAnswer, readKeptAnswer } from "#components/message/tools/kept-answers.ts";
import { memoryStorage } from "../../../support/memory-storage.ts";

const refusing = (): Storage => {
  throw new DOMException("denied", "SecurityError");
};

test("what was written for a request is forgotten with it, and what was written for others is kept", () => {
  const storage = memoryStorage();
  storage.setItem("another", "thing");
  for (const key of ["run a:1 reason", "run a:1 open", "run a:10 reason", "other a:1 reason"])
    keepAnswer(() => storage, key, key);
  forgetAnswers(() => storage, "run a:1");
  assert.deepEqual(Object.keys(storage), [
    "another",
    "rivulet-answer:run a:10 reason",
    "rivulet-answer:other a:1 reason",
  ]);
  assert.equal(
    readKeptAnswer(() => storage, "run a:1 reason"),
    null,
  );
  assert.equal(
    readKeptAnswer(() => storage, "run a:10 reason"),
    "run a:10 reason",
  );
});

test("what a browser refuses to keep holds as long as the page lives, until it is forgotten", () => {
  keepAnswer(refusing, "run b:1 reason", "first");
  keepAnswer(refusing, "run b:1 reason", "second");
  assert.equal(readKeptAnswer(refusing, "run b:1 reason"), "second");
  forgetAnswers(refusing, "run b:1");
  assert.equal(readKeptAnswer(refusing, "run b:1 reason"), null);
});
