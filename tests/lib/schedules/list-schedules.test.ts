import assert from "node:assert/strict";
import { test } from "node:test";
import { defineSchedule } from "#lib/schedules/define-schedule.ts";
import { listSchedules } from "#lib/schedules/list-schedules.ts";
import { saveMarker } from "#lib/schedules/schedule-marker.ts";
import { openSqlite } from "#lib/storage/sqlite.ts";

test("a list says when each schedule is due, what was done and what was missed, and not what it asks", async () => {
  const { notes } = openSqlite({ dir: ":memory:" });
  const facts = { cron: "0 8 * * *", timeZone: "Europe/Berlin" };
  const morning = defineSchedule({ ...facts, name: "morning", text: "a secret question" });
  const fresh = defineSchedule({ ...facts, name: "new", description: "New here.", text: "x" });
  const missed = { count: 2, from: 1, to: 2 };
  await saveMarker(notes, "morning", { doneTo: 5, lastAt: 5, missed });
  const now = Date.parse("2026-01-01T00:00:00Z");
  const nextAt = Date.parse("2026-01-01T07:00:00Z");
  const listed = await listSchedules([morning, fresh], notes, now);
  assert.deepEqual(listed, [
    { name: "morning", ...facts, agent: "assistant", nextAt, lastAt: 5, missed },
    { name: "new", description: "New here.", ...facts, agent: "assistant", nextAt },
  ]);
  assert.doesNotMatch(JSON.stringify(listed), /secret/);
});
