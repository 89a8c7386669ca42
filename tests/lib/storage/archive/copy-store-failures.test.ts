import assert from "node:assert/strict";
import { after, test } from "node:test";
import { type CopyEnd, CopyRefusedError, copyStore } from "#lib/storage/archive/copy-store.ts";
import { openKv, openKvArchive } from "#lib/storage/kv.ts";
import { connectRedis } from "#lib/storage/redis.ts";
import { alice, asked, finished, leaseMs, running } from "../../../contract/scenario.ts";
import { finish } from "../../../support/event-builders.ts";
import { startKvRestBridge } from "../../../support/kv-rest-bridge.ts";
import { fillStore } from "../../../support/many-conversations.ts";
import { redisMissing } from "../../../support/redis-server.ts";
import { runsOfConversations, shownContents } from "../../../support/store-contents.ts";
import { startCopyBench } from "./copy-bench.ts";

if (redisMissing) test("a copy in trouble", { skip: redisMissing });
else await register();

async function register(): Promise<void> {
  const bench = await startCopyBench();
  const { redis, send, now, advance, keep, sqlite, kv, copy, keysOf } = bench;
  after(bench.close);

  test("broken off before or after any command, a copy shows whole conversations only, and the next try ends it", async () => {
    const first = sqlite();
    const made = await fillStore({ storage: first.storage, count: 4, users: [alice], advance });
    const runs = runsOfConversations(first.dir);
    const whole = await shownContents(first.storage, made, runs);
    for (const isDone of [false, true]) {
      let commands = 0;
      for (let allowed = 1, isWhole = false; !isWhole; allowed += allowed < 40 ? 1 : 7) {
        const target = kv();
        commands = 0;
        const redisConnection = connectRedis({ url: redis.url });
        const connection = {
          ...redisConnection,
          async send(command: readonly string[]) {
            commands += 1;
            if (commands < allowed) return redisConnection.send(command);
            if (commands === allowed && isDone) await redisConnection.send(command);
            throw new Error("the line is cut");
          },
        };
        const cut = {
          archive: openKvArchive({ connection, prefix: target.prefix, now }),
          storage: target.storage,
        };
        isWhole = await copy(first, cut).then(
          () => true,
          (error) => {
            assert.equal(error.code, "unavailable");
            return false;
          },
        );
        const { conversations } = await target.storage.conversations.list(alice, { limit: 9 });
        for (const { id, userId } of made) {
          const found = await target.storage.conversations.get(id, userId);
          assert.equal(
            conversations.some((each) => each.id === id),
            found !== null,
          );
          const seen = (await shownContents(target.storage, [{ id, userId }], runs)).get(id);
          const none = JSON.stringify({
            found: null,
            runs: runs.get(id)?.map(() => ({ meta: null, snapshot: null, log: null })),
          });
          assert.ok(seen === whole.get(id) || seen === none, `after ${allowed} commands: ${seen}`);
        }
        assert.deepEqual((await copy(first, target)).problems, []);
        assert.deepEqual(await shownContents(target.storage, made, runs), whole);
        assert.deepEqual(
          (await keysOf(target.prefix)).filter((key) => key.includes(":copy")),
          [],
        );
        await connection.close();
      }
      assert.ok(commands > 30, `${commands}`);
    }
  });

  test("two copies at once get in each other's way in words only: what is there is whole, and the next is equal", async () => {
    const [first, middle] = [sqlite(), kv()];
    const made = await fillStore({ storage: first.storage, count: 60, advance });
    const both = await Promise.allSettled([copy(first, middle), copy(first, middle)]);
    for (const each of both) {
      if (each.status === "rejected") assert.match(String(each.reason), /is another copy under way/);
      else assert.deepEqual(each.value.problems, []);
    }
    assert.deepEqual((await copy(first, middle)).problems, []);
    const runs = runsOfConversations(first.dir);
    const shown = await shownContents(first.storage, made, runs);
    assert.deepEqual(await shownContents(middle.storage, made, runs), shown);
  });

  test("what the target has in another form is told and left as it is; what it has besides stays", async () => {
    const [first, middle] = [sqlite(), kv()];
    const own = await asked(middle.storage);
    const shared = await running(first.storage);
    await finished(first.storage, shared, finish());
    await copy(first, middle);
    const { conversationId } = shared.run;
    await middle.storage.conversations.rename(conversationId, alice, "Named there");
    await first.storage.conversations.rename(conversationId, alice, "Named here");
    const { copied, problems } = await copy(first, middle);
    assert.deepEqual([copied, problems.map(({ id }) => id)], [0, [conversationId]]);
    assert.match(problems[0]?.reason ?? "", /another form/);
    const titles = (await middle.storage.conversations.list(alice, { limit: 9 })).conversations;
    assert.deepEqual(titles.map(({ title }) => title).sort(), ["Named there", "Title"]);
    assert.equal((await middle.storage.runs.run(own.runId))?.status, "queued");
  });

  test("a run id that belongs to another conversation of the target is told, in KV and in SQLite", async () => {
    for (const target of [kv(), sqlite()]) {
      const first = sqlite();
      const runId = crypto.randomUUID();
      const there = await asked(target.storage, { runId });
      const here = await asked(first.storage, { runId });
      const { copied, problems } = await copy(first, target);
      assert.deepEqual([copied, problems.map(({ id }) => id)], [0, [here.conversationId]]);
      assert.equal((await target.storage.runs.run(runId))?.conversationId, there.conversationId);
    }
  });

  test("a conversation that cannot be read is told and keeps no other from being copied", async () => {
    const [first, target] = [kv(), sqlite()];
    const [broken, whole] = [await running(first.storage), await running(first.storage)];
    advance(leaseMs + 1);
    const { conversationId, runId } = broken.run;
    await send("XDEL", `${first.prefix}:{${conversationId}}:log:${runId}`, "0-2");
    const { copied, problems } = await copy(first, target);
    assert.deepEqual([copied, problems.map(({ id }) => id)], [1, [conversationId]]);
    assert.match(problems[0]?.reason ?? "", /event 2 of run/);
    assert.ok(await target.storage.runs.run(whole.run.runId));
  });

  test("refused in words: a source with a live lease, the same store over two lines, a target of a newer build", async () => {
    const [first, middle] = [sqlite(), kv()];
    const writer = await running(first.storage);
    await assert.rejects(copy(first, middle), (error) => {
      assert.ok(error instanceof CopyRefusedError);
      return /1 runs are being written in the source by process 1 on host/.test(error.message);
    });
    await finished(first.storage, writer, finish());
    const bridge = await startKvRestBridge({ redisUrl: redis.url });
    const connection = { url: bridge.url, token: bridge.token };
    const { prefix } = middle;
    const same = keep({
      archive: openKvArchive({ connection, prefix }),
      storage: openKv({ connection, prefix }),
    });
    for (const other of [same, middle]) await assert.rejects(copy(middle, other), /are the same store/);
    await assert.rejects(copy(first, first), /are the same store/);
    await bridge.close();
    const newer = await asked(middle.storage);
    await send("HSET", `${prefix}:{${newer.conversationId}}`, "v", "2");
    await assert.rejects(copy(first, middle), { code: "newer-schema" });
    assert.equal(await middle.storage.runs.run(writer.run.runId), null);
  });

  test("a source that was written to meanwhile is told", async () => {
    const [first, middle] = [sqlite(), kv()];
    await asked(first.storage);
    let late: Promise<unknown> | undefined;
    const onProgress = () => void (late ??= asked(first.storage));
    const slow: CopyEnd = {
      ...first,
      storage: {
        ...first.storage,
        runs: {
          ...first.storage.runs,
          leased: async (limit) => (await late, first.storage.runs.leased(limit)),
        },
      },
    };
    assert.equal((await copyStore(slow, middle, { now, onProgress })).changed, true);
    assert.equal((await copy(first, middle)).changed, false);
  });
}
