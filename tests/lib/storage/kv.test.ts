import assert from "node:assert/strict";
import { after, test } from "node:test";
import { createLatch } from "#lib/async/latch.ts";
import { openKv } from "#lib/storage/kv.ts";
import { connectRedis } from "#lib/storage/redis.ts";
import type { Storage } from "#lib/storage/storage.ts";
import {
  alice,
  asked,
  claimed,
  finished,
  holder,
  leaseMs,
  running,
  storedLog,
} from "../../contract/scenario.ts";
import { finish } from "../../support/event-builders.ts";
import { startKvRestBridge } from "../../support/kv-rest-bridge.ts";
import { redisMissing, startRedisServer } from "../../support/redis-server.ts";
import { waitUntil } from "../../support/wait-until.ts";

if (redisMissing) test("a KV store over a real Redis", { skip: redisMissing });
else await register();

async function register(): Promise<void> {
  const redis = await startRedisServer();
  const admin = connectRedis({ url: redis.url });
  const send = (...command: string[]) => admin.send(command);
  const open = (options: { limitMs?: number; pollMs?: number } = {}): Storage => {
    const { limitMs, ...rest } = options;
    const storage = openKv({
      connection: connectRedis({ url: redis.url, ...(limitMs && { limitMs }) }),
      ...rest,
    });
    opened.push(storage);
    return storage;
  };
  /** Commands that read, since the last `CONFIG RESETSTAT`: one poll sends one or two. */
  const readCalls = async (): Promise<number> => {
    const stats = String(await send("INFO", "commandstats"));
    const calls = stats.matchAll(/cmdstat_(?:evalsha|get|hget|hgetall|hmget):calls=(\d+),/g);
    return [...calls].reduce((sum, [, count]) => sum + Number(count), 0);
  };
  const opened: Storage[] = [];
  after(async () => {
    for (const storage of opened) await storage.close();
    await admin.close();
    await redis.close();
  });
  const storage = open();

  test("6.2 time is the server's, and an epoch is no less than the ms since the run was created", async () => {
    const before = Date.now();
    const run = await asked(storage);
    assert.ok(Math.abs(run.createdAt - before) < 5000);
    await waitUntil("the server's clock went on", async () => {
      const [seconds, micros] = [await send("TIME")].flat().map(Number);
      return (seconds ?? 0) * 1000 + (micros ?? 0) / 1000 >= run.createdAt + 40;
    });
    const first = await claimed(storage, run);
    assert.ok(first.epoch >= 40 && first.epoch < 5000, `${first.epoch}`);
    const second = await storage.runs.claim(run.runId, "next", first.epoch, leaseMs, holder(2), holder(1));
    assert.ok(second && second.epoch > first.epoch);
  });

  test("S49 a record of a newer version, a cut one and one of another kind are told apart; others are fine", async () => {
    const [newer, cut, other, fine] = [
      await asked(storage),
      await asked(storage),
      await asked(storage),
      await asked(storage),
    ];
    const key = (id: string, runId: string) => `rivulet:{${id}}:run:${runId}`;
    await send("HSET", key(newer.conversationId, newer.runId), "v", "2");
    await send("HSET", key(cut.conversationId, cut.runId), "about", '{"agent":"assi');
    await send("DEL", key(other.conversationId, other.runId));
    await send("SET", key(other.conversationId, other.runId), "x");
    const codes = [
      [newer, "newer-schema"],
      [cut, "damaged"],
      [other, "damaged"],
    ] as const;
    for (const [{ runId, conversationId }, code] of codes) {
      await assert.rejects(storage.runs.run(runId), { code });
      await assert.rejects(storage.runs.snapshot(runId), { code });
      await assert.rejects(storage.conversations.get(conversationId, alice), { code });
    }
    assert.equal((await storage.runs.run(fine.runId))?.status, "queued");
    const claimable = await storage.runs.claimable(100);
    assert.ok(claimable.some(({ runId }) => runId === fine.runId));
    await send("HSET", `rivulet:{${cut.conversationId}}`, "createdAt", "soon");
    const { conversations } = await storage.conversations.list(alice, { limit: 100 });
    assert.ok(conversations.some(({ id }) => id === fine.conversationId));
    assert.ok(conversations.every(({ id }) => id !== cut.conversationId));
  });

  test("S49 an event that was changed by hand is damaged, and so is one that is missing", async () => {
    const writer = await running(storage);
    const { runId, conversationId } = writer.run;
    const log = `rivulet:{${conversationId}}:log:${runId}`;
    // The store that wrote it would know what it has written.
    const other = open();
    await send("XDEL", log, "0-2");
    await assert.rejects(other.runs.read(runId, { seq: 0 }, 9), { code: "damaged" });
    await send("DEL", log);
    await send("XADD", log, "0-1", "e", "1", "j", '{"runId":"x"}');
    await assert.rejects(other.runs.read(runId, { seq: 0 }, 9), { code: "damaged" });
  });

  test("R24 a full Redis: reads work, writes say so, and what was there is intact", async () => {
    const writer = await running(storage);
    await send("CONFIG", "SET", "maxmemory", "1");
    const events = writer.say("a");
    await assert.rejects(storage.runs.append(writer.lease, events, leaseMs), { code: "full" });
    await assert.rejects(asked(storage), { code: "full" });
    assert.equal(
      (await storage.conversations.get(writer.run.conversationId, alice))?.active?.entries.length,
      3,
    );
    await send("CONFIG", "SET", "maxmemory", "0");
    assert.equal((await storage.runs.append(writer.lease, events, leaseMs)).kind, "ok");
    await finished(storage, writer, finish());
  });

  test("R24 a read-only replica: reads work, writes say so", async () => {
    const writer = await running(storage);
    await send("REPLICAOF", "127.0.0.1", "1");
    await send("CONFIG", "SET", "replica-serve-stale-data", "yes");
    await assert.rejects(storage.runs.append(writer.lease, writer.say("a"), leaseMs), { code: "read-only" });
    assert.equal((await storage.runs.run(writer.run.runId))?.head, 3);
    await send("REPLICAOF", "NO", "ONE");
  });

  test("R22 a Redis that takes 2 s answers late, not never", async () => {
    const writer = await running(storage);
    await send("CLIENT", "PAUSE", "2000");
    assert.equal((await storage.runs.append(writer.lease, writer.say("a"), leaseMs)).kind, "ok");
  });

  test("every command has a time limit, and the store goes on by itself when Redis does", async () => {
    const hasty = open({ limitMs: 300 });
    const writer = await running(hasty);
    const events = writer.say("a");
    redis.signal("SIGSTOP");
    const begin = performance.now();
    await assert.rejects(hasty.runs.append(writer.lease, events, leaseMs), { code: "unavailable" });
    assert.ok(performance.now() - begin < 2500);
    redis.signal("SIGCONT");
    const { kind } = await hasty.runs.append(writer.lease, events, leaseMs);
    assert.ok(kind === "ok" || kind === "dup");
    assert.equal((await hasty.runs.run(writer.run.runId))?.head, 4);
  });

  test("a stop is found by the poll when its notice is lost, by REST too", async () => {
    const bridge = await startKvRestBridge({ redisUrl: redis.url });
    const { url, token } = bridge;
    const rest = openKv({ connection: { url, token }, pollMs: 50 });
    opened.push(rest);
    for (const listener of [open({ pollMs: 50 }), rest]) {
      const writer = await running(storage);
      const latch = createLatch();
      const { unsubscribe } = listener.runs.subscribe(writer.run.runId, latch);
      assert.ok(await latch.wait(5000));
      await send("CONFIG", "RESETSTAT");
      await waitUntil("the run was polled more than once", async () => (await readCalls()) >= 4);
      // No notice: only the record changes.
      await send(
        "HSET",
        `rivulet:{${writer.run.conversationId}}:run:${writer.run.runId}`,
        "status",
        "stopping",
      );
      do assert.ok(await latch.wait(5000));
      while ((await listener.runs.run(writer.run.runId))?.status !== "stopping");
      unsubscribe();
    }
    await rest.close();
    await bridge.close();
  });

  test("a holder that waits for a stop is not notified of its own appends", async () => {
    const quiet = open({ pollMs: 1e8 });
    const subscribe = (runId: string, only?: "stop") => {
      const latch = createLatch();
      return { latch, unsubscribe: quiet.runs.subscribe(runId, latch, only).unsubscribe };
    };
    // A new connection notifies all subscribers: this one is not any more.
    const other = subscribe((await asked(quiet)).runId);
    assert.ok(await other.latch.wait(5000));
    const writer = await running(quiet);
    const { runId } = writer.run;
    const [all, stops] = [subscribe(runId), subscribe(runId, "stop")];
    // The subscription has begun.
    for (const { latch } of [all, stops]) assert.ok(await latch.wait(5000));
    let isStopped = false;
    const stopped = stops.latch.wait(5000).then((wasSet) => {
      isStopped = wasSet;
    });
    for (const text of ["a", "b", "c"]) {
      await quiet.runs.append(writer.lease, writer.say(text), leaseMs);
      assert.ok(await all.latch.wait(5000));
    }
    assert.equal(isStopped, false);
    await storage.runs.requestStop(runId, alice);
    await stopped;
    assert.equal(isStopped, true);
    for (const { unsubscribe } of [other, all, stops]) unsubscribe();
  });

  test("however many subscribe to a run, there is one subscription, and none when they have left", async () => {
    const writer = await running(storage);
    const { runId } = writer.run;
    const subscribers = Array.from({ length: 500 }, () => {
      const latch = createLatch();
      return { latch, unsubscribe: storage.runs.subscribe(runId, latch).unsubscribe };
    });
    await Promise.all(subscribers.map(async ({ latch }) => assert.ok(await latch.wait(5000))));
    const channel = `rivulet:bell:${runId}`;
    assert.deepEqual(await send("PUBSUB", "NUMSUB", channel), [channel, 1]);
    const other = open();
    await storedLog(other, runId);
    const callsOf = async (reader: Storage) => {
      await send("CONFIG", "RESETSTAT");
      await Promise.all(subscribers.map(() => reader.runs.read(runId, { seq: 0 }, 9)));
      const stats = String(await send("INFO", "commandstats"));
      return Number(/cmdstat_evalsha:calls=(\d+),/.exec(stats)?.[1] ?? 0);
    };
    assert.deepEqual([await callsOf(storage), await callsOf(other)], [1, 1]);
    for (const { unsubscribe } of subscribers) unsubscribe();
    await waitUntil("nobody listens", async () => {
      const [, listeners] = [await send("PUBSUB", "NUMSUB", channel)].flat();
      return listeners === 0;
    });
  });
}
