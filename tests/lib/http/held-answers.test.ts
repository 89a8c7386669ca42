import assert from "node:assert/strict";
import { test } from "node:test";
import { createHeldAnswers } from "#lib/http/held-answers.ts";

test("over the bound those go that were taken from longest ago, never the newest", () => {
  const { hold } = createHeldAnswers(100);
  const dropped: string[] = [];
  const [a] = ["a", "b", "c"].map((name) => hold(30, () => dropped.push(name)));
  a?.touch();
  hold(30, () => dropped.push("d"));
  assert.deepEqual(dropped, ["b"]);
  hold(500, () => dropped.push("e"));
  assert.deepEqual(dropped, ["b", "c", "a", "d"]);
});

test("what was released takes no room, and what was dropped is not counted twice", () => {
  const { hold } = createHeldAnswers(100);
  const dropped: string[] = [];
  const first = hold(90, () => dropped.push("first"));
  first.release();
  first.release();
  first.touch();
  const second = hold(90, () => dropped.push("second"));
  hold(20, () => dropped.push("third"));
  second.touch();
  second.release();
  hold(80, () => dropped.push("fourth"));
  assert.deepEqual(dropped, ["second"]);
});
