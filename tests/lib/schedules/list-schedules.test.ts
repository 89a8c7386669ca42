import assert from "node:assert/strict";
import { test } from "node:test";
import { startRun } from "#lib/runs/start-run.ts";
import { defineSchedule } from "#lib/schedules/define-schedule.ts";
import { listSchedules } from "#lib/schedules/list-schedules.ts";
import { saveMarker } from "#lib/schedules/schedule-marker.ts";
import { scheduledRun } from "#lib/schedules/scheduled-run.ts";
import { openSqlite } from "#lib/storage/sqlite.ts";
import { runContext, userId } from "../../support/run-bench.ts";
import { finished, says, scriptedModel } from "../../support/scripted-model.ts";

test("a list says when each schedule is due, what was done and what was missed, and not what it asks", async () => {
  const storage = openSqlite({ dir: ":memory:" });
  const { notes } = storage;
  const facts = { cron: "0 8 * * *", timeZone: "Europe/Berlin" };
  const morning = defineSchedule({ ...facts, name: "morning", text: "a secret question" });
  const fresh = defineSchedule({ ...facts, name: "new", description: "New here.", text: "x" });
  const missed = { count: 2, from: 1, to: 2 };
  await saveMarker(notes, "morning", { doneTo: 5, lastAt: 5, missed });
  const now = Date.parse("2026-01-01T00:00:00Z");
  const nextAt = Date.parse("2026-01-01T07:00:00Z");
  const listed = await listSchedules([morning, fresh], storage, { userId, now });
  assert.deepEqual(listed, [
    { name: "morning", ...facts, agent: "assistant", nextAt, lastAt: 5, missed },
    { name: "new", description: "New here.", ...facts, agent: "assistant", nextAt },
  ]);
  assert.doesNotMatch(JSON.stringify(listed), /secret/);
});

test("the conversation that a schedule began last is named to its user, until it is deleted", async () => {
  const context = runContext(scriptedModel([...says("It is five."), finished]));
  const { storage } = context;
  const hourly = defineSchedule({ name: "hourly", cron: "0 * * * *", text: "2+3?" });
  const dueAt = Date.parse("2026-01-01T07:00:00Z");
  const run = scheduledRun(hourly, { dueAt, userId, newId: context.newId });
  await saveMarker(storage.notes, "hourly", { doneTo: dueAt, lastAt: dueAt });
  const listedFor = async (reader: string) =>
    (await listSchedules([hourly], storage, { userId: reader, now: dueAt }))[0]?.lastConversationId;
  assert.equal(await listedFor(userId), undefined);
  await (await startRun(context, run)).done;
  assert.equal(await listedFor(userId), run.conversationId);
  assert.equal(await listedFor("another"), undefined);
  await storage.conversations.remove(run.conversationId, userId);
  assert.equal(await listedFor(userId), undefined);
});
