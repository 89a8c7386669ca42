import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, type TestContext, test } from "node:test";
import { undoMs } from "#lib/protocol/limits.ts";
import { createUndoClock } from "#lib/storage/core/undo-clock.ts";
import { openKv } from "#lib/storage/kv.ts";
import { connectRedis } from "#lib/storage/redis.ts";
import { openSqlite } from "#lib/storage/sqlite.ts";
import type { Storage } from "#lib/storage/storage.ts";
import { alice, asked, claimed, createRunWriter } from "../../../contract/scenario.ts";
import { finish } from "../../../support/event-builders.ts";
import { type RedisServer, redisMissing, startRedisServer } from "../../../support/redis-server.ts";

const [second, hour] = [1000, 3_600_000];
const steps = [2 * second, 61 * second, hour, 24 * hour, 366 * 24 * hour].flatMap((ms) => [ms, -ms]);
const sweepMs = 4 * second;

/** A wall clock that is set, and one that is not. */
function createClocks() {
  let [steady, offset] = [5000, 1_700_000_000_000];
  return {
    now: () => steady + offset,
    steady: () => steady,
    pass: (ms: number) => void (steady += ms),
    set: (ms: number) => void (offset += ms),
  };
}

type Clocks = ReturnType<typeof createClocks>;

test("a deletion that was seen is as old as it is, however the wall clock is set", () => {
  for (const step of steps) {
    const clocks = createClocks();
    const clock = createUndoClock(clocks.steady, 250);
    const deletion = { id: "c", deletedAt: clocks.now() };
    clock.saw(deletion);
    clocks.pass(3000);
    assert.equal(clock.dateOf(deletion, clocks.now()), deletion.deletedAt, "a clock that nobody set");
    clocks.set(step);
    clocks.pass(3000);
    assert.equal(clocks.now() - clock.dateOf(deletion, clocks.now()), 6000, `set by ${step} ms`);
  }
});

test("one that was not seen is no older than the last look and not younger than now", () => {
  for (const step of steps) {
    const clocks = createClocks();
    const clock = createUndoClock(clocks.steady, 250);
    clock.keep([], clocks.now());
    clocks.pass(1500);
    const deletedAt = clocks.now();
    clocks.set(step);
    clocks.pass(1500);
    const age = clocks.now() - clock.dateOf({ id: "c", deletedAt }, clocks.now());
    assert.equal(age, step > 0 ? 3000 : 0, `set by ${step} ms`);
  }
});

test("a date that another process has put right stays; so does one by a clock that was slewed", () => {
  const clocks = createClocks();
  const clock = createUndoClock(clocks.steady, 250);
  clock.saw({ id: "c", deletedAt: clocks.now() });
  clock.keep([{ id: "c", deletedAt: clocks.now() }], clocks.now());
  clocks.set(-hour);
  clocks.pass(3000);
  const right = clocks.now() - 3000;
  assert.equal(clock.dateOf({ id: "c", deletedAt: right }, clocks.now()), right);
  clock.keep([{ id: "c", deletedAt: right }], clocks.now());
  clocks.set(-200);
  assert.equal(clock.dateOf({ id: "c", deletedAt: right }, clocks.now()), right);
});

const home = mkdtempSync(join(tmpdir(), "rivulet-undo-"));
let redis: RedisServer | undefined;
before(async () => {
  if (!redisMissing) redis = await startRedisServer();
});
after(async () => {
  await redis?.close();
  rmSync(home, { recursive: true, force: true });
});

type Open = (clocks: Clocks) => Storage;

const stores: [name: string, skip: string | false, make: () => Open][] = [
  [
    "SQLite",
    false,
    () => {
      const dir = mkdtempSync(join(home, "store-"));
      return ({ now, steady }) => openSqlite({ dir, now, steady });
    },
  ],
  [
    "Redis",
    redisMissing,
    () => {
      const prefix = crypto.randomUUID();
      return ({ now, steady }) =>
        openKv({ connection: connectRedis({ url: redis?.url ?? "" }), prefix, now, steady });
    },
  ],
];

/** A conversation whose answer has ended. */
async function conversationIn(storage: Storage): Promise<string> {
  const run = await asked(storage);
  const writer = createRunWriter(run, await claimed(storage, run));
  await storage.runs.append(writer.lease, writer.begin(), 15_000);
  const { events, end } = writer.end(finish());
  await storage.runs.finish(writer.lease, events, end);
  return run.conversationId;
}

/** The clock is set so long after the deletion, ms. */
const moments = [0, 1000, 5000];

for (const [name, skip, make] of stores)
  describe(`${name}, whose clock is set after a deletion`, { skip }, () => {
    for (const step of steps)
      test(`by ${step / second} s: it is undone for ten seconds, by any process, and then purged`, async (t) => {
        for (const moment of moments)
          for (const isUndone of [true, false]) await prove(t, step, moment, isUndone);
      });

    async function prove(t: TestContext, step: number, moment: number, isUndone: boolean): Promise<void> {
      const open = make();
      const clocks = createClocks();
      const [one, two] = [open(clocks), open(clocks)];
      t.after(() => Promise.all([one.close(), two.close()]));
      const sweep = async () => {
        for (const storage of [one, two]) await storage.runs.trim();
      };
      await sweep();
      const id = await conversationIn(one);
      await one.conversations.remove(id, alice);
      let age = 0;
      const passTo = async (until: number) => {
        for (; age < until; age += 500) {
          if (age === moment) clocks.set(step);
          if (age % sweepMs === 0) await sweep();
          clocks.pass(500);
        }
      };
      const setting = `set by ${step} ms after ${moment} ms`;
      if (isUndone) {
        await passTo(undoMs - 500);
        assert.equal(await two.conversations.restore(id, alice), true, `undone, ${setting}`);
        assert.ok(await one.conversations.get(id, alice));
      } else {
        await passTo(undoMs);
        for (const storage of [one, two])
          assert.equal(await storage.conversations.restore(id, alice), false, `too late, ${setting}`);
        await passTo(undoMs + sweepMs);
        await sweep();
        assert.equal(await one.conversations.remove(id, alice), false, `purged, ${setting}`);
      }
    }

    test("by a process that begins later: a date in the future is ten seconds from its first look", async () => {
      const open = make();
      const clocks = createClocks();
      const before = open(clocks);
      const id = await conversationIn(before);
      await before.conversations.remove(id, alice);
      await before.close();
      clocks.set(-hour);
      const later = open(clocks);
      await later.runs.trim();
      clocks.pass(undoMs);
      assert.equal(await later.conversations.restore(id, alice), false);
      await later.runs.trim();
      assert.equal(await later.conversations.remove(id, alice), false, "purged");
      await later.close();
    });
  });
