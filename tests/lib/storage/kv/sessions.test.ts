import assert from "node:assert/strict";
import { after, test } from "node:test";
import { type KvConnection, openKv } from "#lib/storage/kv.ts";
import { connectRedis } from "#lib/storage/redis.ts";
import { asked, finished, metaOf, running } from "../../../contract/scenario.ts";
import { finish } from "../../../support/event-builders.ts";
import { redisMissing, startRedisServer } from "../../../support/redis-server.ts";

if (redisMissing) test("sessions in a KV", { skip: redisMissing });
else await register();

async function register(): Promise<void> {
  const redis = await startRedisServer();
  const connection = connectRedis({ url: redis.url });
  const shared = { ...connection, close: async () => undefined };
  after(async () => {
    await connection.close();
    await redis.close();
  });

  test("3.9 a join that is cut off after any command is ended by the sweep: all has moved, or nothing", async () => {
    let cuts = 0;
    for (let after = 0; ; after += 1) {
      const prefix = `cut${after}`;
      const storage = openKv({ connection: shared, prefix });
      const done = await running(storage, { userId: "visitor" });
      await finished(storage, done, finish());
      const runs = [
        done.run,
        await asked(storage, { userId: "visitor" }),
        await asked(storage, { userId: "visitor" }),
      ];
      await storage.sessions.addTransfer("code", "home");
      const dying = openKv({ connection: dyingAfter(shared, after), prefix });
      const outcome = await dying.sessions.join("code", "visitor").catch(() => "cut");
      await storage.sessions.trim();
      const user = await storage.sessions.user("visitor");
      for (const run of runs) {
        assert.equal((await metaOf(storage, run)).userId, user);
        assert.ok(await storage.conversations.get(run.conversationId, user ?? ""));
      }
      const list = async (userId: string) =>
        (await storage.conversations.list(userId, { limit: 9 })).conversations;
      assert.equal((await list("visitor")).length + (await list("home")).length, 3);
      assert.equal((await list(user ?? "")).length, 3);
      if (outcome === "joined") break;
      if (user === "home") cuts += 1;
    }
    assert.ok(cuts > 3, `${cuts} cuts after the step that counts`);
  });

  test("of a crowd of links of others none is looked at: not for a new one, a join or a log-out", async () => {
    const storage = openKv({ connection: shared, prefix: "crowd" });
    const [home, visitor] = [crypto.randomUUID(), crypto.randomUUID()];
    const expires = Date.now() + 600_000;
    const codes = Array.from({ length: 5000 }, () => [
      crypto.randomUUID(),
      `${expires} - ${crypto.randomUUID()}`,
    ]);
    await connection.send(["HSET", "crowd:transfers", ...codes.flat()]);
    const scans = async () => {
      const stats = String(await connection.send(["INFO", "commandstats"]));
      return /cmdstat_hgetall:calls=(\d+)/.exec(stats)?.[1];
    };
    await storage.sessions.addTransfer("first", home);
    const before = await scans();
    await storage.sessions.addTransfer("second", home);
    assert.equal(await storage.sessions.transfer("first"), null);
    await storage.sessions.addTransfer("visitor's", visitor);
    assert.equal(await storage.sessions.join("second", visitor), "joined");
    assert.equal((await storage.sessions.transfer("visitor's"))?.userId, home);
    await storage.sessions.logOut(visitor, { unlessEmpty: true });
    await storage.sessions.logOut(crypto.randomUUID(), { unlessEmpty: true });
    await storage.sessions.trim();
    // Of notes that move.
    assert.ok(Number(await scans()) - Number(before) <= 3, "not one for each");
    await storage.sessions.addTransfer("third", home);
    assert.equal(await storage.sessions.transfer("visitor's"), null);
  });

  test("links that a build before the index made are found where there are few", async () => {
    const storage = openKv({ connection: shared, prefix: "earlier" });
    const expires = Date.now() + 600_000;
    await connection.send(["HSET", "earlier:transfers", "old", `${expires} - home`]);
    await storage.sessions.logOut("home", { unlessEmpty: true });
    assert.equal(await storage.sessions.user("home"), null, "it has a link");
    await storage.sessions.addTransfer("new", "other");
    assert.equal(await storage.sessions.join("old", "other"), "joined");
    assert.equal((await storage.sessions.transfer("new"))?.userId, "home");
  });

  test("a conversation that cannot be read keeps no other from moving", async () => {
    const storage = openKv({ connection: shared, prefix: "damaged" });
    const [one, two] = [
      await asked(storage, { userId: "visitor" }),
      await asked(storage, { userId: "visitor" }),
    ];
    await connection.send(["HSET", `damaged:{${one.conversationId}}`, "v", "x"]);
    await storage.sessions.addTransfer("code", "home");
    assert.equal(await storage.sessions.join("code", "visitor"), "joined");
    assert.equal((await metaOf(storage, two)).userId, "home");
  });

  test("S48 what is stored of a session and a link is what the caller gave: hashes, and no more", async () => {
    const storage = openKv({ connection: shared, prefix: "keys" });
    await storage.sessions.addTransfer("code", "home");
    await storage.sessions.join("code", "visitor");
    await storage.sessions.logOut("home");
    const dump = async (command: string, key: string) =>
      JSON.stringify(await connection.send([command, `keys:${key}`]));
    assert.equal(await dump("HGETALL", "sessions"), '["visitor","home","home",""]');
    assert.equal(await dump("SMEMBERS", "sessions-of:home"), '["visitor"]');
    assert.match(await dump("HGETALL", "transfers"), /^\["code","\d+ visitor home"\]$/);
  });
}

/** A line that breaks for good after so many commands. */
function dyingAfter(connection: KvConnection, commands: number): KvConnection {
  let left = commands;
  return {
    ...connection,
    send: (command) =>
      (left -= 1) < 0 ? Promise.reject(new Error("the connection is cut")) : connection.send(command),
  };
}
