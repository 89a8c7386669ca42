import assert from "node:assert/strict";
import { test } from "node:test";
import type { Producer } from "#lib/agents/producer.ts";
import type { Clock } from "#lib/runs/clock.ts";
import type { RunContext } from "#lib/runs/run-context.ts";
import { defineSchedule } from "#lib/schedules/define-schedule.ts";
import { keepSchedules } from "#lib/schedules/keep-schedules.ts";
import { readMarkers, saveMarker } from "#lib/schedules/schedule-marker.ts";
import { scheduledRun } from "#lib/schedules/scheduled-run.ts";
import { openSqlite } from "#lib/storage/sqlite.ts";
import type { Storage } from "#lib/storage/storage.ts";
import { StorageError } from "#lib/storage/storage-error.ts";
import { runContext, userId } from "../../support/run-bench.ts";
import { scriptedModel } from "../../support/scripted-model.ts";
import { waitUntil } from "../../support/wait-until.ts";

const noon = Date.parse("2026-01-01T12:00:00Z");
const minute = 60_000;
const minutely = defineSchedule({
  name: "minutely",
  cron: "* * * * *",
  text: "what is asked",
  lateMinutes: 5,
});

/** A clock that stands until it is set; whoever sleeps is woken when their time has come. */
function standingClock(at: number) {
  let now = at;
  let sleepers: { until: number; wake(): void }[] = [];
  const clock: Clock = {
    wall: () => now,
    now: () => performance.now(),
    sleep: (ms, signal) =>
      new Promise((resolve) => {
        sleepers.push({ until: now + ms, wake: resolve });
        signal?.addEventListener("abort", () => resolve());
      }),
  };
  function set(to: number): void {
    now = to;
    const due = sleepers.filter(({ until }) => until <= now);
    sleepers = sleepers.filter(({ until }) => until > now);
    for (const { wake } of due) wake();
  }
  return { clock, set, isIdle: () => sleepers.length > 0 };
}

const done: Producer = async function* () {
  yield* [];
  return { type: "finished", finishReason: "stop" };
};

/** A process with a clock of its own that keeps the schedule on the store. */
function startKeeping(
  t: { after(end: () => void): void },
  storage: Storage,
  at: number,
  schedule = minutely,
) {
  const standing = standingClock(at);
  const lines: Readonly<Record<string, unknown>>[] = [];
  const context: RunContext = runContext(scriptedModel(), {
    storage,
    clock: standing.clock,
    log: (line) => void lines.push(line),
    pickProducer: async () => ({ produce: done, model: "m", usesKey: false }),
  });
  const ending = new AbortController();
  const counted: string[] = [];
  const meter = {
    started: (name: string) => void counted.push(`started ${name}`),
    missed: (name: string, count: number) => void counted.push(`missed ${count} ${name}`),
  };
  keepSchedules(context, { schedules: [schedule], session: userId, meter }, ending.signal);
  t.after(() => {
    ending.abort();
    // Whatever is said of it: not what its runs are asked.
    assert.ok(!JSON.stringify(lines).includes(schedule.text));
  });
  const settled = () => waitUntil("it sleeps", standing.isIdle);
  return {
    lines,
    counted,
    settled,
    end: () => ending.abort(),
    /** Lets its clock show that time, and waits until what is due is done. */
    async set(to: number): Promise<void> {
      await settled();
      standing.set(to);
      await settled();
    },
    begun: () => lines.filter(({ message }) => message === "a scheduled run began").map(({ dueAt }) => dueAt),
  };
}

const iso = (at: number) => new Date(at).toISOString();
const runAt = (storage: Storage, dueAt: number) =>
  storage.runs.run(scheduledRun(minutely, { dueAt, userId, newId: () => "" }).runId);

test("a schedule begins when it is first known, and each due time from then on is started once", async (t) => {
  const storage = openSqlite({ dir: ":memory:" });
  const process = startKeeping(t, storage, noon + 1000);
  await process.set(noon + minute - 1);
  assert.deepEqual(process.begun(), []);
  await process.set(noon + minute);
  await process.set(noon + minute + 500);
  await process.set(noon + 3 * minute);
  assert.deepEqual(
    process.begun(),
    [1, 2, 3].map((each) => iso(noon + each * minute)),
  );
  assert.deepEqual(process.counted, Array(3).fill("started minutely"));
  const run = await runAt(storage, noon + minute);
  assert.equal(run?.userId, userId);
  assert.equal(await runAt(storage, noon), null);
});

test("of processes whose clocks differ one starts each due time", async (t) => {
  const storage = openSqlite({ dir: ":memory:" });
  await saveMarker(storage.notes, "minutely", { doneTo: noon });
  const processes = [0, 5000, -5000].map((ahead) => ({
    ahead,
    process: startKeeping(t, storage, noon + ahead),
  }));
  for (let at = noon; at <= noon + 10 * minute; at += 2500)
    await Promise.all(processes.map(({ process, ahead }) => process.set(at + ahead)));
  const begun = processes
    .flatMap(({ process }) => process.begun())
    .sort((a, b) => String(a).localeCompare(String(b)));
  assert.deepEqual(
    begun,
    Array.from({ length: 10 }, (_, each) => iso(noon + (each + 1) * minute)),
  );
});

test("what a process missed is made up for where it is not too late, else it is said, and never begun", async (t) => {
  const storage = openSqlite({ dir: ":memory:" });
  await saveMarker(storage.notes, "minutely", { doneTo: noon, lastAt: noon });
  const process = startKeeping(t, storage, noon + 8 * minute + 1);
  await process.settled();
  assert.deepEqual(
    process.begun(),
    [4, 5, 6, 7, 8].map((each) => iso(noon + each * minute)),
  );
  const missed = process.lines.filter(({ message }) => message === "due times were missed");
  assert.deepEqual(missed, [
    {
      ...{ level: "warn", message: "due times were missed", schedule: "minutely", count: 3 },
      ...{ from: iso(noon + minute), to: iso(noon + 3 * minute) },
    },
  ]);
  assert.equal(await runAt(storage, noon + minute), null);
  const marker = (await readMarkers(storage.notes)).get("minutely");
  const times = { count: 3, from: noon + minute, to: noon + 3 * minute };
  assert.deepEqual(marker, { doneTo: noon + 8 * minute, lastAt: noon + 8 * minute, missed: times });
  assert.ok(process.counted.includes("missed 3 minutely"));
  const next = startKeeping(t, storage, noon + 8 * minute + 2);
  await next.settled();
  assert.deepEqual(next.lines, [], "it is said once");
});

test("a run that a person has deleted is not begun again, by whoever comes later", async (t) => {
  const storage = openSqlite({ dir: ":memory:" });
  await saveMarker(storage.notes, "minutely", { doneTo: noon });
  const first = startKeeping(t, storage, noon + minute);
  await waitUntil("it has begun", () => first.begun().length === 1);
  await first.settled();
  first.end();
  const run = (await runAt(storage, noon + minute)) ?? assert.fail("no run");
  await storage.conversations.remove(run.conversationId, userId);
  const next = startKeeping(t, storage, noon + minute + 1);
  await next.settled();
  assert.deepEqual(next.begun(), []);
});

test("a store that fails is asked again, and the due time is started then", async (t) => {
  const storage = openSqlite({ dir: ":memory:" });
  await saveMarker(storage.notes, "minutely", { doneTo: noon });
  let isAway = true;
  const createRun: Storage["runs"]["createRun"] = (...given) =>
    isAway ? Promise.reject(new StorageError("damaged", "away")) : storage.runs.createRun(...given);
  const failing: Storage = { ...storage, runs: { ...storage.runs, createRun } };
  const process = startKeeping(t, failing, noon + minute);
  await process.settled();
  assert.deepEqual([process.begun(), process.lines.length], [[], 1]);
  isAway = false;
  await process.set(noon + minute + 2000);
  assert.deepEqual(process.begun(), [iso(noon + minute)]);
});

test("a schedule that names no agent that is there says so, and goes on", async (t) => {
  const storage = openSqlite({ dir: ":memory:" });
  await saveMarker(storage.notes, "minutely", { doneTo: noon });
  const standing = standingClock(noon + minute);
  const lines: Readonly<Record<string, unknown>>[] = [];
  const context = runContext(scriptedModel(), {
    ...{ storage, clock: standing.clock, log: (line) => void lines.push(line) },
    pickProducer: async () => ({ produce: done, model: "m", usesKey: false, unknown: "agent" }),
  });
  const ending = new AbortController();
  t.after(() => ending.abort());
  keepSchedules(context, { schedules: [minutely] }, ending.signal);
  await waitUntil("it is said", () => lines.length === 1 && standing.isIdle());
  assert.equal(lines[0]?.message, "a schedule names no agent that is there");
  assert.equal((await readMarkers(storage.notes)).get("minutely")?.doneTo, noon + minute);
});
