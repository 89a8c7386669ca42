import assert from "node:assert/strict";
import { test } from "node:test";
import { defineSchedule } from "#lib/schedules/define-schedule.ts";
import { dueNow } from "#lib/schedules/due-now.ts";

const hour = 3_600_000;
const now = Date.parse("2026-01-01T12:00:00Z");
const hourly = defineSchedule({ name: "hourly", cron: "0 * * * *", text: "go", lateMinutes: 90 });

test("what is due is all since it was done, up to now", () => {
  assert.deepEqual(dueNow(hourly, now - 1, now), { due: [now] });
  assert.deepEqual(dueNow(hourly, now, now), { due: [] });
  assert.deepEqual(dueNow(hourly, now - hour - 1, now), { due: [now - hour, now] });
});

test("what is too late is missed, and told from when to when", () => {
  const missed = { count: 3, from: now - 4 * hour, to: now - 2 * hour };
  assert.deepEqual(dueNow(hourly, now - 4 * hour - 1, now), { due: [now - hour, now], missed });
  const strict = { ...hourly, lateMinutes: 0 };
  assert.deepEqual(dueNow(strict, now - hour, now), { due: [now] });
  const oneMissed = { count: 1, from: now, to: now };
  assert.deepEqual(dueNow(strict, now - 1, now + 1), { due: [], missed: oneMissed });
});

test("a clock that is behind what was done finds nothing due", () => {
  assert.deepEqual(dueNow(hourly, now + 5000, now), { due: [] });
});

test("after a long time no more than a thousand are counted", () => {
  const secondly = defineSchedule({ name: "s", cron: "* * * * * *", text: "go", lateMinutes: 0 });
  assert.equal(dueNow(secondly, now - 24 * hour, now).missed?.count, 1000);
});
