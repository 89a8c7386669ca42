import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { openKv } from "#lib/storage/kv.ts";
import { connectRedis } from "#lib/storage/redis.ts";
import { maxIdleSessions } from "#lib/storage/session-store.ts";
import { openSqlite } from "#lib/storage/sqlite.ts";
import type { Storage } from "#lib/storage/storage.ts";
import { asked } from "../../../contract/scenario.ts";
import { type RedisServer, redisMissing, startRedisServer } from "../../../support/redis-server.ts";
import { edit, newDir } from "../sqlite/temporary-store.ts";

const excess = 150;

/**
 * A store, what puts rows of sessions into it, that are logged out or of users that own nothing, and how many
 * it has stored.
 */
interface Filled {
  storage: Storage;
  fill(count: number, kind: "logged out" | "joined"): Promise<void>;
  rows(): Promise<number>;
}

let redis: RedisServer | undefined;
before(async () => {
  if (!redisMissing) redis = await startRedisServer();
});
after(() => redis?.close());

const stores: [name: string, skip: string | false, open: () => Filled][] = [
  ["SQLite", false, sqlite],
  ["Redis", redisMissing, overRedis],
];

for (const [name, skip, open] of stores)
  describe(`log-outs in ${name}`, { skip }, () => {
    test("a thousand of sessions that own nothing leave no row", async (t) => {
      const { storage, rows } = open();
      t.after(() => storage.close());
      const sessions = Array.from({ length: 1000 }, () => crypto.randomUUID());
      await Promise.all(sessions.map((session) => storage.sessions.logOut(session, { unlessEmpty: true })));
      assert.equal(await rows(), 0);
    });

    for (const kind of ["logged out", "joined"] as const)
      test(`beyond a bound those go that hold nothing, and no other (${kind})`, async (t) => {
        const { storage, fill, rows } = open();
        t.after(() => storage.close());
        const [user, other, late] = [crypto.randomUUID(), crypto.randomUUID(), crypto.randomUUID()];
        await asked(storage, { userId: user });
        await joined(storage, other, user);
        await storage.sessions.logOut(user, { unlessEmpty: true });
        await fill(maxIdleSessions + excess, kind);
        // It owns nothing, and has a link that works still.
        await joined(storage, late, crypto.randomUUID());
        for (let sweep = 0; sweep < 200 && (await rows()) > maxIdleSessions; sweep += 1)
          await storage.sessions.trim();
        const left = await rows();
        assert.ok(left <= maxIdleSessions && left > maxIdleSessions - 300, `${left} rows`);
        assert.equal(await storage.sessions.user(user), null);
        assert.equal(await storage.sessions.user(other), user);
        assert.notEqual(await storage.sessions.user(late), late);
      });
  });

async function joined(storage: Storage, session: string, user: string): Promise<void> {
  const code = crypto.randomUUID();
  await storage.sessions.addTransfer(code, user);
  assert.equal(await storage.sessions.join(code, session), "joined");
}

function sqlite(): Filled {
  const dir = newDir();
  const storage = openSqlite({ dir });
  return {
    storage,
    fill: async (count, kind) =>
      edit(dir, (db) => {
        db.exec("begin");
        const add = db.prepare("insert into sessions (session, owner_id) values (?, ?)");
        for (let at = 0; at < count; at += 1)
          add.run(crypto.randomUUID(), kind === "joined" ? crypto.randomUUID() : null);
        db.exec("commit");
      }),
    rows: async () =>
      edit(dir, (db) => Number(db.prepare("select count(*) as count from sessions").get()?.count)),
  };
}

function overRedis(): Filled {
  const connection = connectRedis({ url: redis?.url ?? "" });
  const prefix = crypto.randomUUID();
  const sessions = `${prefix}:sessions`;
  return {
    storage: openKv({ connection, prefix }),
    async fill(count, kind) {
      const userOf = () => (kind === "joined" ? crypto.randomUUID() : "");
      const fields = Array.from({ length: count }, () => [crypto.randomUUID(), userOf()]);
      await connection.send(["HSET", sessions, ...fields.flat()]);
    },
    rows: async () => Number(await connection.send(["HLEN", sessions])),
  };
}
