import assert from "node:assert/strict";
import { test } from "node:test";
import { retryAfterIn, retryAfterSeconds } from "#lib/models/retry-after.ts";

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

const texts: [text: string, seconds: number | undefined][] = [
  ["message: Please try again in 7.66s. Visit", 8],
  ["message: Please try again in 1m26.4s.", 87],
  ["message: Please try again in 6ms.", 1],
  ["message: Please retry after 34 seconds.", 34],
  ["message: please try again after 1 seconds", 1],
  ["message: try again in 2 hours, 3 minutes", 7380],
  ["code: 429\nretryDelay: 21.4s", 22],
  ["error: Model x is currently loading\nestimated_time: 20.0", 20],
  ["retry_after: 5", 5],
  ["message: 请在 30 秒后重试", 30],
  ["message: try again later", undefined],
  ["message: try again in a few moments", undefined],
  ["retry_after: 99999999999", undefined],
];

for (const [text, seconds] of texts)
  test(`a rejection that says “${text.replace("\n", " ")}” is left alone for ${seconds ?? "nobody knows how many"} s`, () => {
    assert.equal(retryAfterIn(text), seconds);
  });
