import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { saveMarker } from "#lib/schedules/schedule-marker.ts";
import { scheduledRun } from "#lib/schedules/scheduled-run.ts";
import { openStore, type StoreAddress } from "#lib/storage/open-store.ts";
import type { Storage } from "#lib/storage/storage.ts";
import { redisMissing, startRedisServer } from "../support/redis-server.ts";
import { readLog, userId } from "../support/run-bench.ts";
import { type ScheduleProcess, secondly } from "../support/schedule-process.ts";
import { waitUntil } from "../support/wait-until.ts";

const script = join(import.meta.dirname, "../support/schedule-process.ts");
const dueTimes = 100;
/** Of the clocks of the processes, beside the machine's. */
const speed = 40;
const from = Date.parse("2026-01-01T00:00:00Z");

/** A process that keeps the schedule; its lines are those of the due times that it has started. */
function startProcess(options: ScheduleProcess) {
  const child = spawn(process.execPath, [script, JSON.stringify(options)], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  let output = "";
  child.stdout.on("data", (piece: Buffer) => (output += piece));
  const gone = once(child, "exit");
  return {
    begun: () =>
      output
        .split("\n")
        .filter((line) => line.includes("a scheduled run began"))
        .map((line): string => JSON.parse(line).dueAt),
    output: () => output,
    async kill() {
      child.kill("SIGKILL");
      await gone;
    },
  };
}

const runIdOf = (dueAt: number) => scheduledRun(secondly, { dueAt, userId, newId: () => "" }).runId;

/** Of the user, however many pages. */
async function countConversations(storage: Storage): Promise<number> {
  let count = 0;
  for (let cursor: string | undefined; ; ) {
    const page = await storage.conversations.list(userId, {
      limit: 50,
      ...(cursor !== undefined && { cursor }),
    });
    count += page.conversations.length;
    cursor = page.nextCursor;
    if (cursor === undefined) return count;
  }
}

async function startsEachOnce(store: StoreAddress): Promise<void> {
  const storage = openStore(store);
  try {
    await startsEachOnceIn(storage, store);
  } finally {
    await storage.close();
  }
}

async function startsEachOnceIn(storage: Storage, store: StoreAddress): Promise<void> {
  await saveMarker(storage.notes, secondly.name, { doneTo: from });
  // They begin together, before anything is due.
  const machineFrom = Date.now() + 1500;
  const processes = [5000, 0, -5000].map((aheadMs) =>
    startProcess({ store, machineFrom, from, speed, aheadMs }),
  );
  const begun = () => processes.flatMap((each) => each.begun());
  try {
    // The one that is ahead begins them, until it is gone.
    const [first] = processes;
    await waitUntil("the first has begun some", () => (first?.begun().length ?? 0) >= 5, 60_000);
    await first?.kill();
    const newest = Math.max(...begun().map((time) => Date.parse(time)));
    const count = Math.max(dueTimes, (newest - from) / 1000 + 20);
    for (let each = 1; each <= count; each += 1) await hasRunOnce(storage, from + each * 1000);
  } finally {
    await Promise.all(processes.map((each) => each.kill()));
  }
  const times = begun();
  assert.equal(new Set(times).size, times.length, "two processes began the same");
  for (const { output } of processes) assert.doesNotMatch(output(), /missed|"level":"error"/);
  const [, ...others] = processes;
  assert.ok(others.some((each) => each.begun().length > 0));
  const newest = Math.max(...times.map((time) => Date.parse(time)));
  assert.ok((await countConversations(storage)) <= (newest - from) / 1000 + 1, "more than are due");
}

async function hasRunOnce(storage: Storage, dueAt: number): Promise<void> {
  const runId = runIdOf(dueAt);
  const hasEnded = async () => (await storage.runs.run(runId))?.status === "finished";
  await waitUntil(`that of ${new Date(dueAt).toISOString()} has ended`, hasEnded, 60_000);
  const types = (await readLog(storage, runId)).map(({ type }) => type);
  assert.deepEqual(types, ["start", "finish"]);
}

test("17.6 SQLite: of three processes with clocks 5 s apart, one of them killed, exactly one starts each of 100 due times", async () => {
  const dir = mkdtempSync(join(tmpdir(), "rivulet-schedules-"));
  try {
    await startsEachOnce({ kind: "sqlite", dir });
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
});

test("17.6 Redis: the same", { skip: redisMissing }, async () => {
  const redis = await startRedisServer();
  try {
    await startsEachOnce({ kind: "redis", url: redis.url });
  } finally {
    await redis.close();
  }
});
