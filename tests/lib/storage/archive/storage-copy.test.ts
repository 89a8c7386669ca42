import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { fileURLToPath } from "node:url";
import { openKv } from "#lib/storage/kv.ts";
import { connectRedis } from "#lib/storage/redis.ts";
import { openSqlite } from "#lib/storage/sqlite.ts";
import { alice, asked, running } from "../../../contract/scenario.ts";
import { fillStore } from "../../../support/many-conversations.ts";
import { type RedisServer, redisMissing, startRedisServer } from "../../../support/redis-server.ts";
import { runsOfConversations, shownContents, sqliteRows } from "../../../support/store-contents.ts";
import { waitUntil } from "../../../support/wait-until.ts";

/** `npm run storage:copy` and `npm run storage:rebuild`, each a process of its own. */

const root = fileURLToPath(new URL("../../../../", import.meta.url));

type Env = Readonly<Record<string, string>>;

function start(script: string, args: readonly string[], env: Env) {
  const child = spawn(process.execPath, [join(root, "scripts", script), ...args], {
    env: { ...process.env, REDIS_URL: "", KV_REST_API_URL: "", KV_REST_API_TOKEN: "", ...env },
  });
  const text = { out: "", err: "" };
  child.stdout.on("data", (part) => (text.out += part));
  child.stderr.on("data", (part) => (text.err += part));
  const ended = once(child, "close").then(([code]) => ({ code, ...text }));
  return { child, ended };
}

const run = (script: string, args: readonly string[], env: Env) => start(script, args, env).ended;

test("--help explains; what is wrong with the command or the variables is one line, and nothing is made", async () => {
  const dir = mkdtempSync(join(tmpdir(), "rivulet-copy-words-"));
  const env = { DATA_DIR: join(dir, "none") };
  const cases: [string[], Env, number, RegExp][] = [
    [["--help"], env, 0, /--from <store> --to <store>/],
    [[], env, 2, /--from: found nothing, expected sqlite, redis, kv/],
    [["--from", "sqlite", "--to", "mongo"], env, 2, /--to: found "mongo"/],
    [["--from", "kv", "--to", "kv"], env, 2, /same store/],
    [["--frm", "kv"], env, 2, /Unknown option/],
    [["--from", "sqlite", "--to", "redis"], env, 2, /REDIS_URL: found nothing/],
    [["--from", "kv", "--to", "sqlite"], env, 2, /KV_REST_API_URL: found nothing/],
    [
      ["--from", "sqlite", "--to", "redis"],
      { ...env, REDIS_URL: "redis://127.0.0.1:1" },
      2,
      /there is no database/,
    ],
    [
      ["--from", "redis", "--to", "sqlite"],
      { ...env, REDIS_URL: "redis://127.0.0.1:1" },
      2,
      /nothing listens there/,
    ],
  ];
  const prove = async ([args, variables, code, words]: (typeof cases)[number]) => {
    const { code: found, out, err } = await run("storage-copy.mjs", args, variables);
    assert.equal(found, code, err);
    assert.match(out + err, words);
  };
  await Promise.all(cases.map(prove));
  assert.equal(existsSync(env.DATA_DIR), false);
  assert.equal((await run("storage-rebuild.mjs", ["sqlite"], env)).code, 2);
  rmSync(dir, { recursive: true });
});

if (redisMissing) test("npm run storage:copy", { skip: redisMissing });
else await register();

async function register(): Promise<void> {
  const redis = await startRedisServer();
  const home = mkdtempSync(join(tmpdir(), "rivulet-copy-"));
  after(async () => {
    await redis.close();
    rmSync(home, { recursive: true, force: true });
  });

  /**
   * Wall time: real servers use these stores. Leases have lapsed, and nothing is deleted so that all stays.
   */
  async function filled(count: number) {
    const dir = mkdtempSync(join(home, "store-"));
    let time = Date.now() - 3_600_000;
    const storage = openSqlite({ dir, now: () => time });
    const made = await fillStore({ storage, count, keepsAll: true, advance: (ms) => void (time += ms) });
    return { dir, storage, made, env: { DATA_DIR: dir, REDIS_URL: redis.url } };
  }

  async function emptied(): Promise<void> {
    const connection = connectRedis({ url: redis.url });
    await connection.send(["FLUSHALL"]);
    await connection.close();
  }

  const sizeOf = async (server: RedisServer) => {
    const connection = connectRedis({ url: server.url });
    const size = Number(await connection.send(["DBSIZE"]));
    await connection.close();
    return size;
  };

  test("a copy killed with -9 at many points, and run again each time, ends equal and doubles nothing", async () => {
    const { dir, storage, made, env } = await filled(150);
    const args = ["--from", "sqlite", "--to", "redis"];
    let kills = 0;
    for (const size of [3, 40, 200, 400, 700]) {
      const { child, ended } = start("storage-copy.mjs", args, env);
      await waitUntil(`${size} keys are there`, async () => (await sizeOf(redis)) >= size, 60_000);
      child.kill("SIGKILL");
      const { code } = await ended;
      if (code === null) kills += 1;
    }
    assert.ok(kills >= 3, `${kills} were killed in time`);
    const { code, out, err } = await run("storage-copy.mjs", args, env);
    assert.equal(code, 0, err);
    const [, copied, equal] =
      /(\d+) copied and compared; (\d+) were there already and are equal/.exec(out) ?? [];
    assert.equal(Number(copied) + Number(equal), 150, out);
    assert.ok(Number(equal) > 0, out);
    const kv = openKv({ connection: connectRedis({ url: redis.url }) });
    const runs = runsOfConversations(dir);
    assert.deepEqual(await shownContents(kv, made, runs), await shownContents(storage, made, runs));
    await kv.close();

    const back = mkdtempSync(join(home, "back-"));
    const again = { ...env, DATA_DIR: back };
    // Opened first: the source of a copy back is Redis, its target a database that is made.
    const first = start("storage-copy.mjs", ["--from", "redis", "--to", "sqlite"], again);
    await waitUntil(
      "some are back",
      () => existsSync(join(back, "rivulet.db")) && countOf(back) > 20,
      60_000,
    );
    first.child.kill("SIGKILL");
    await first.ended;
    const last = await run("storage-copy.mjs", ["--from", "redis", "--to", "sqlite"], again);
    assert.equal(last.code, 0, last.err);
    assert.deepEqual(sqliteRows(back), sqliteRows(dir));
    const nothing = await run("storage-copy.mjs", ["--from", "redis", "--to", "sqlite"], again);
    assert.match(nothing.out, /150 conversations: 150 were there already and are equal$/m);
    await storage.close();
  });

  test("a target that goes away is told with the next step, and the same command goes on", async () => {
    await emptied();
    const { storage, env } = await filled(300);
    await storage.close();
    const args = ["--from", "sqlite", "--to", "redis"];
    const { ended } = start("storage-copy.mjs", args, env);
    // Of the 16 that are written at a time none may be whole yet when there are fewer keys.
    await waitUntil("some are whole", async () => (await sizeOf(redis)) > 200, 60_000);
    await redis.stop();
    const { code, err } = await ended;
    await redis.start();
    assert.equal(code, 3, err);
    assert.match(err, /Redis does not answer/);
    assert.match(err, /Run the same command again: it goes on/);
    const again = await run("storage-copy.mjs", args, env);
    assert.equal(again.code, 0, again.err);
    assert.match(
      again.out,
      /300 conversations: \d+ copied and compared; \d+ were there already and are equal/,
    );
  });

  test("a server at work on the source, a difference and a secret to take along are told", async () => {
    await emptied();
    const dir = mkdtempSync(join(home, "store-"));
    const storage = openSqlite({ dir });
    const env = { DATA_DIR: dir, REDIS_URL: redis.url };
    const args = ["--from", "sqlite", "--to", "redis"];
    const writer = await running(storage);
    const refused = await run("storage-copy.mjs", args, env);
    assert.deepEqual([refused.code, /end the servers that use it/.test(refused.err)], [2, true]);
    assert.equal(await sizeOf(redis), 1, "nothing but the name of the store for a while");
    await storage.runs.suspend(writer.lease, "queued");
    writeFileSync(join(dir, "session-secret"), "s".repeat(43));
    const copied = await run("storage-copy.mjs", args, env);
    assert.equal(copied.code, 0, copied.err);
    assert.match(copied.out, /session-secret as SESSION_SECRET/);
    await storage.conversations.rename(writer.run.conversationId, alice, "Another");
    const differing = await run("storage-copy.mjs", args, env);
    assert.equal(differing.code, 1);
    assert.match(differing.err, new RegExp(`conversation ${writer.run.conversationId}: .*another form`));
    await storage.close();
  });

  test("npm run storage:rebuild makes lost pointers and lists anew", async () => {
    await emptied();
    const kv = openKv({ connection: connectRedis({ url: redis.url }) });
    const { runId, conversationId } = await asked(kv);
    const connection = connectRedis({ url: redis.url });
    await connection.send(["DEL", `rivulet:run:${runId}`, "rivulet:owner:alice", "rivulet:live"]);
    const { code, out, err } = await run("storage-rebuild.mjs", ["redis"], { REDIS_URL: redis.url });
    assert.deepEqual(
      [code, out.trim()],
      [0, "1 conversations with 1 runs can be found; 0 entries led to nothing and are gone"],
      err,
    );
    const { conversations } = await kv.conversations.list(alice, { limit: 9 });
    assert.deepEqual(
      conversations.map(({ id }) => id),
      [conversationId],
    );
    assert.deepEqual(
      (await kv.runs.claimable(9)).map((each) => each.runId),
      [runId],
    );
    await connection.close();
    await kv.close();
  });
}

function countOf(dir: string): number {
  try {
    return runsOfConversations(dir).size;
  } catch {
    return 0; // Being made.
  }
}
