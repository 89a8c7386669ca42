import assert from "node:assert/strict";
import { test } from "node:test";
import { formatSeconds, grouped, wholeSeconds } from "#components/ui/format-amount.ts";
import { formatTime } from "#components/ui/format-time.ts";
import { en } from "#lib/client/i18n/en.ts";
import { translator } from "#lib/client/i18n/translate.ts";

const t = translator(en);

test("seconds are as exact as it matters", () => {
  assert.equal(formatSeconds(t, 0), "0.0 s");
  assert.equal(formatSeconds(t, 430), "0.4 s");
  assert.equal(formatSeconds(t, 9_970), "10 s");
  assert.equal(formatSeconds(t, 64_400), "64 s");
  assert.equal(formatSeconds(t, 125_000), "2 min 5 s");
  assert.equal(wholeSeconds(t, 2_999), "2 s");
});

test("numbers are grouped by thousands", () => {
  assert.equal(grouped(999), "999");
  assert.equal(grouped(1_234_567), "1,234,567");
});

test("a time is as short as it can be told apart", () => {
  const at = new Date(2026, 10, 19, 9, 5).getTime();
  assert.equal(formatTime(at, at + 60_000, "en"), "09:05");
  assert.equal(formatTime(at, at + 2 * 86_400_000, "en"), "Thu 09:05");
  assert.equal(formatTime(at, at + 2 * 86_400_000, "zh"), "周四 09:05");
  assert.equal(formatTime(at, at + 30 * 86_400_000, "en"), "19 Nov 09:05");
});
