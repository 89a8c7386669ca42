import assert from "node:assert/strict";
import { test } from "node:test";
import { isId } from "#lib/protocol/id.ts";
import { defineSchedule } from "#lib/schedules/define-schedule.ts";
import { scheduledId, scheduledRun } from "#lib/schedules/scheduled-run.ts";

const schedule = defineSchedule({ name: "morning", cron: "0 8 * * *", text: "What is new?", model: "m" });
const dueAt = Date.parse("2026-01-01T08:00:00Z");
let ids = 0;
const run = (facts: { name?: string; dueAt?: number } = {}) =>
  scheduledRun(
    { ...schedule, name: facts.name ?? schedule.name },
    { dueAt: facts.dueAt ?? dueAt, userId: "u", newId: () => `id-${(ids += 1)}` },
  );

test("every process makes the same run of a due time, and another one of every other", () => {
  const { runId, conversationId, bodyHash } = run();
  for (const id of [runId, conversationId]) assert.ok(isId(id), id);
  const again = run();
  assert.deepEqual([again.runId, again.conversationId, again.bodyHash], [runId, conversationId, bodyHash]);
  for (const other of [run({ dueAt: dueAt + 1000 }), run({ name: "evening" })]) {
    assert.notEqual(other.runId, runId);
    assert.notEqual(other.conversationId, conversationId);
  }
});

test("it asks what the schedule says", () => {
  const { ask, agent, model, title } = run();
  assert.equal(ask.kind === "message" && ask.message.text, "What is new?");
  assert.deepEqual([agent, model, title], ["assistant", "m", "What is new?"]);
});

test("an id of a hash is a UUID of version 8", () => {
  for (const text of ["a", "b", "c", "d"])
    assert.match(scheduledId(text), /^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
});
