import assert from "node:assert/strict";
import { test } from "node:test";
import { retryAfterSeconds } from "#lib/models/retry-after.ts";

const date = "Sat, 21 Nov 2026 10:00:00 GMT";
const cases: [what: string, headers: Record<string, string>, seconds: number | undefined][] = [
  ["seconds", { "retry-after": "7" }, 7],
  ["parts of a second are rounded up", { "retry-after": "0.2" }, 1],
  ["milliseconds, which win", { "retry-after-ms": "1500", "retry-after": "9" }, 2],
  ["milliseconds that are none", { "retry-after-ms": "soon", "retry-after": "9" }, 9],
  ["a date, by the endpoint's own clock", { "retry-after": "Sat, 21 Nov 2026 10:00:30 GMT", date }, 30],
  ["a date in the past", { "retry-after": "Sat, 21 Nov 2026 09:59:30 GMT", date }, undefined],
  ["a date without a clock to read it by", { "retry-after": "Sat, 21 Nov 2026 10:00:30 GMT" }, undefined],
  ["words", { "retry-after": "soon" }, undefined],
  ["a wait of less than nothing", { "retry-after-ms": "-1" }, undefined],
  ["nothing", {}, undefined],
];

for (const [what, headers, seconds] of cases)
  test(`${what}: ${seconds ?? "unknown"}`, () => {
    assert.equal(retryAfterSeconds(new Headers(headers)), seconds);
  });
