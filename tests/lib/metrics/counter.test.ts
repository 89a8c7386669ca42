import assert from "node:assert/strict";
import { test } from "node:test";
import { createCounter } from "#lib/metrics/counter.ts";

test("every known value has its line from the start, and what others wrote becomes no label", () => {
  const counter = createCounter("code", ["a", "b"]);
  counter.add("b");
  counter.add("b", 2);
  for (const text of ["a person's words", "more of them"]) counter.add(text);
  assert.deepEqual(counter.samples(), [
    { labels: { code: "a" }, value: 0 },
    { labels: { code: "b" }, value: 3 },
    { labels: { code: "other" }, value: 2 },
  ]);
});
