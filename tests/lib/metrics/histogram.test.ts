import assert from "node:assert/strict";
import { test } from "node:test";
import { createHistogram } from "#lib/metrics/histogram.ts";

const valuesOf = (histogram: ReturnType<typeof createHistogram>) =>
  Object.fromEntries(
    histogram.samples().map(({ suffix = "", labels, value }) => [labels?.le ?? suffix, value]),
  );

test("each bucket counts what is at most its bound, those below it too", () => {
  const histogram = createHistogram([1, 2]);
  assert.deepEqual(valuesOf(histogram), { 1: 0, 2: 0, "+Inf": 0, _sum: 0, _count: 0 });
  for (const value of [0.5, 1, 1.5, 9]) histogram.observe(value);
  assert.deepEqual(valuesOf(histogram), { 1: 2, 2: 3, "+Inf": 4, _sum: 12, _count: 4 });
});

test("what is no number is not counted", () => {
  const histogram = createHistogram([1]);
  histogram.observe(Number.NaN);
  assert.deepEqual(valuesOf(histogram), { 1: 0, "+Inf": 0, _sum: 0, _count: 0 });
});
