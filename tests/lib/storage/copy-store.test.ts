import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { keepSweeping } from "#lib/runs/sweep-runs.ts";
import { type CopyEnd, CopyRefusedError, copyStore } from "#lib/storage/copy-store.ts";
import { type KvOptions, openKv, openKvArchive } from "#lib/storage/kv.ts";
import { connectRedis } from "#lib/storage/redis.ts";
import { openSqliteArchive } from "#lib/storage/sqlite/archive.ts";
import { openSqlite } from "#lib/storage/sqlite.ts";
import { isOver, type Storage } from "#lib/storage/storage.ts";
import {
  alice,
  asked,
  claimed,
  createPen,
  finished,
  leaseMs,
  owner,
  running,
} from "../../contract/scenario.ts";
import { finish } from "../../support/event-builders.ts";
import { type Fault, startKvRestBridge } from "../../support/kv-rest-bridge.ts";
import { fillStore } from "../../support/many-conversations.ts";
import { redisMissing, startRedisServer } from "../../support/redis-server.ts";
import { foldAll, question, readLog, runContext, textOf } from "../../support/run-bench.ts";
import { finished as ends, says, scriptedModel } from "../../support/scripted-model.ts";
import { runsOfConversations, shownContents, sqliteRows } from "../../support/store-contents.ts";
import { waitUntil } from "../../support/wait-until.ts";

if (redisMissing) test("a store is copied to another", { skip: redisMissing });
else await register();

async function register(): Promise<void> {
  const redis = await startRedisServer();
  const admin = connectRedis({ url: redis.url });
  const home = mkdtempSync(join(tmpdir(), "rivulet-copy-"));
  const open: CopyEnd[] = [];
  let count = 0;
  let time = 1_700_000_000_000;
  const now = () => time;
  const advance = (ms: number) => void (time += ms);
  after(async () => {
    for (const { archive, storage } of open) {
      await archive.close();
      await storage.close();
    }
    await admin.close();
    await redis.close();
    rmSync(home, { recursive: true, force: true });
  });

  const keep = (end: CopyEnd) => {
    open.push(end);
    return end;
  };
  const sqlite = () => {
    const dir = mkdtempSync(join(home, "store-"));
    const end = keep({ archive: openSqliteArchive(dir), storage: openSqlite({ dir, now }) });
    return { ...end, dir };
  };
  const kv = (line: () => KvOptions["line"] = () => connectRedis({ url: redis.url })) => {
    const prefix = `t*[${(count += 1)}]`;
    const archive = openKvArchive({ line: line(), prefix, now });
    return { ...keep({ archive, storage: openKv({ line: line(), prefix, now }) }), archive, prefix };
  };
  const copy = (from: CopyEnd, to: CopyEnd) => copyStore(from, to, { now });
  const keysOf = async (prefix: string) => {
    const keys = await admin.send(["KEYS", `${prefix.replace(/[*[\]]/g, "\\$&")}:*`]);
    return (Array.isArray(keys) ? keys.map(String) : []).sort();
  };

  test("1,000 conversations of every kind go from SQLite to KV and back, byte for byte, and a second copy copies nothing", async () => {
    const [first, middle, last] = [sqlite(), kv(), sqlite()];
    const made = await fillStore({ storage: first.storage, count: 1000, advance });
    const there = await copy(first, middle);
    assert.deepEqual([there.total, there.copied, there.troubles, there.changed], [1000, 1000, [], false]);
    const back = await copy(middle, last);
    assert.deepEqual([back.total, back.copied, back.troubles, back.changed], [1000, 1000, [], false]);

    assert.deepEqual(sqliteRows(last.dir), sqliteRows(first.dir));
    const runs = runsOfConversations(first.dir);
    const shown = await shownContents(first.storage, made, runs);
    assert.deepEqual(await shownContents(middle.storage, made, runs), shown);

    const keys = await keysOf(middle.prefix);
    for (const [from, to] of [
      [first, middle],
      [middle, last],
    ] as const) {
      const again = await copy(from, to);
      assert.deepEqual([again.copied, again.equal, again.troubles], [0, 1000, []]);
    }
    assert.deepEqual(sqliteRows(last.dir), sqliteRows(first.dir));
    assert.deepEqual(await keysOf(middle.prefix), keys);
    assert.ok(keys.every((key) => !key.includes(":copy")));
  });

  test("what servers wrote into a KV is field for field what a copy from SQLite writes there", async () => {
    const [native, between, copied] = [kv(), sqlite(), kv()];
    await fillStore({ storage: native.storage, count: 40, advance });
    for (const [from, to] of [
      [native, between],
      [between, copied],
    ] as const) {
      assert.deepEqual((await copy(from, to)).troubles, []);
    }
    const dump = async (prefix: string) => {
      const found = new Map<string, unknown>();
      for (const key of await keysOf(prefix)) found.set(key.slice(prefix.length), await contentOf(key));
      return found;
    };
    const contentOf = async (key: string): Promise<unknown> => {
      const type = String(await admin.send(["TYPE", key]));
      if (type === "string") return key.endsWith(":identity") ? "" : admin.send(["GET", key]);
      if (type === "list") return admin.send(["LRANGE", key, "0", "-1"]);
      if (type === "zset") return admin.send(["ZRANGE", key, "0", "-1", "WITHSCORES"]);
      if (type === "stream") return admin.send(["XRANGE", key, "-", "+"]);
      if (type === "set") return String(await admin.send(["SORT", key, "ALPHA"]));
      const flat = await admin.send(["HGETALL", key]);
      const pairs = Array.isArray(flat) ? flat.map(String) : [];
      // Which call wrote it last is of no use in another store.
      return new Map(
        pairs.flatMap((name, at) =>
          at % 2 === 0 && name !== "call" ? [[name, pairs[at + 1]] as const] : [],
        ),
      );
    };
    assert.deepEqual(await dump(copied.prefix), await dump(native.prefix));
  });

  test("broken off before or after any command, a copy shows whole conversations only, and the next try ends it", async () => {
    const first = sqlite();
    const made = await fillStore({ storage: first.storage, count: 4, owners: [alice], advance });
    const runs = runsOfConversations(first.dir);
    const whole = await shownContents(first.storage, made, runs);
    for (const isDone of [false, true]) {
      let commands = 0;
      for (let allowed = 1, isWhole = false; !isWhole; allowed += allowed < 40 ? 1 : 7) {
        const target = kv();
        commands = 0;
        const connection = connectRedis({ url: redis.url });
        const line = {
          ...connection,
          async send(command: readonly string[]) {
            commands += 1;
            if (commands < allowed) return connection.send(command);
            if (commands === allowed && isDone) await connection.send(command);
            throw new Error("the line is cut");
          },
        };
        const cut = { archive: openKvArchive({ line, prefix: target.prefix, now }), storage: target.storage };
        isWhole = await copy(first, cut).then(
          () => true,
          (error) => {
            assert.equal(error.code, "unavailable");
            return false;
          },
        );
        const { conversations } = await target.storage.conversations.list(alice, { limit: 9 });
        for (const { id, ownerId } of made) {
          const found = await target.storage.conversations.get(id, ownerId);
          assert.equal(
            conversations.some((each) => each.id === id),
            found !== null,
          );
          const seen = (await shownContents(target.storage, [{ id, ownerId }], runs)).get(id);
          const none = JSON.stringify({
            found: null,
            runs: runs.get(id)?.map(() => ({ meta: null, snapshot: null, log: null })),
          });
          assert.ok(seen === whole.get(id) || seen === none, `after ${allowed} commands: ${seen}`);
        }
        assert.deepEqual((await copy(first, target)).troubles, []);
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
      else assert.deepEqual(each.value.troubles, []);
    }
    assert.deepEqual((await copy(first, middle)).troubles, []);
    const runs = runsOfConversations(first.dir);
    const shown = await shownContents(first.storage, made, runs);
    assert.deepEqual(await shownContents(middle.storage, made, runs), shown);
  });

  test("half a character in a title, which SQLite cannot keep, becomes U+FFFD and no trouble", async () => {
    const [first, last] = [kv(), sqlite()];
    const run = await asked(first.storage, { title: "cut \ud83d", text: "cut \ud83d" });
    assert.deepEqual((await copy(first, last)).copied, 1);
    const found = await last.storage.conversations.get(run.conversationId, alice);
    const [message] = found?.messages ?? [];
    assert.equal(found?.conversation.title, "cut \ufffd");
    assert.equal(message?.role === "user" && message.text, "cut \ud83d");
    assert.deepEqual((await copy(first, last)).equal, 1);
  });

  test("over REST with answers dropped, doubled and delayed a copy is the same, there and back", async () => {
    const bridge = await startKvRestBridge({ redisUrl: redis.url, fault: faultOf });
    const rest = kv(() => ({ url: bridge.url, token: bridge.token, retryMs: 1 }));
    const [first, last] = [sqlite(), sqlite()];
    await fillStore({ storage: first.storage, count: 44, advance });
    const there = await copy(first, rest);
    assert.deepEqual([there.copied, there.troubles], [44, []]);
    assert.equal((await copy(rest, last)).copied, 44);
    assert.deepEqual(sqliteRows(last.dir), sqliteRows(first.dir));
    await bridge.close();
  });

  test("a log longer than one call, and a large message, arrive whole", async () => {
    const [first, middle, last] = [sqlite(), kv(), sqlite()];
    const pen = await running(first.storage, { text: "大".repeat(300_000) });
    for (let part = 0; part < 6; part += 1) {
      const deltas = Array.from({ length: 1000 }, (_, at) => `${part}-${at} `);
      await first.storage.runs.append(
        pen.lease,
        pen.say(...deltas),
        leaseMs,
        part === 3 ? pen.state : undefined,
      );
    }
    await finished(first.storage, pen, finish());
    assert.equal((await copy(first, middle)).copied, 1);
    assert.equal((await copy(middle, last)).copied, 1);
    assert.deepEqual(sqliteRows(last.dir), sqliteRows(first.dir));
  });

  test("a run that was queued, and one whose owner died, are continued by the target's servers", async () => {
    const [first, middle] = [sqlite(), kv()];
    const queued = question("first");
    await first.storage.runs.createRun(queued);
    const lapsed = await running(first.storage);
    advance(leaseMs + 1);
    assert.equal((await copy(first, middle)).copied, 2);
    const model = scriptedModel([...says("It goes on."), ends]);
    const context = runContext(model, { storage: middle.storage });
    const end = new AbortController();
    keepSweeping(context, 20, end.signal);
    for (const runId of [queued.runId, lapsed.run.runId]) {
      await waitUntil("the run is over", async () => {
        const run = await middle.storage.runs.run(runId);
        return run !== null && isOver(run.status);
      });
      assert.equal(textOf(foldAll(await readLog(middle.storage, runId))), "It goes on.");
    }
    end.abort();
    const again = await copy(first, middle);
    assert.deepEqual([again.copied, again.goneOn, again.troubles], [0, 2, []]);
    const repeated = await middle.storage.runs.createRun(queued);
    assert.equal(repeated.kind, "exists");
    assert.equal((await middle.storage.runs.createRun({ ...queued, bodyHash: "another" })).kind, "conflict");
  });

  test("an answer that broke off can be continued in the target, a complete one cannot", async () => {
    const [first, middle] = [sqlite(), kv()];
    await fillStore({ storage: first.storage, count: 10, owners: [alice], advance });
    await copy(first, middle);
    const runs = runsOfConversations(first.dir);
    const kinds = async (storage: Storage) => {
      const { conversations } = await storage.conversations.list(alice, { limit: 100 });
      const answers = [];
      for (const { id } of conversations) {
        for (const continueRunId of runs.get(id) ?? []) {
          const [runId, messageId] = [crypto.randomUUID(), crypto.randomUUID()];
          const ask = { kind: "continue", continueRunId } as const;
          const run = {
            runId,
            messageId,
            conversationId: id,
            ownerId: alice,
            bodyHash: "",
            agent: "a",
            title: "",
            ask,
          };
          const { kind } = await storage.runs.createRun(run);
          answers.push(`${continueRunId} ${kind}`);
          if (kind !== "created") continue;
          const pen = await claimedPen(storage, runId);
          await finished(storage, pen, finish());
        }
      }
      return answers;
    };
    const expected = await kinds(first.storage);
    assert.ok(
      ["created", "stale", "complete", "busy"].every((kind) => expected.some((each) => each.endsWith(kind))),
    );
    assert.deepEqual(await kinds(middle.storage), expected);
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
    const { copied, troubles } = await copy(first, middle);
    assert.deepEqual([copied, troubles.map(({ id }) => id)], [0, [conversationId]]);
    assert.match(troubles[0]?.why ?? "", /another form/);
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
      const { copied, troubles } = await copy(first, target);
      assert.deepEqual([copied, troubles.map(({ id }) => id)], [0, [here.conversationId]]);
      assert.equal((await target.storage.runs.run(runId))?.conversationId, there.conversationId);
    }
  });

  test("a conversation that cannot be read is told and keeps no other from being copied", async () => {
    const [first, target] = [kv(), sqlite()];
    const [broken, whole] = [await running(first.storage), await running(first.storage)];
    advance(leaseMs + 1);
    const { conversationId, runId } = broken.run;
    await admin.send(["XDEL", `${first.prefix}:{${conversationId}}:log:${runId}`, "0-2"]);
    const { copied, troubles } = await copy(first, target);
    assert.deepEqual([copied, troubles.map(({ id }) => id)], [1, [conversationId]]);
    assert.match(troubles[0]?.why ?? "", /event 2 of run/);
    assert.ok(await target.storage.runs.run(whole.run.runId));
  });

  test("what was deleted for longer than it can be brought back is left out", async () => {
    const [first, middle] = [sqlite(), kv()];
    const [gone, fresh] = [await running(first.storage), await running(first.storage)];
    for (const pen of [gone, fresh]) await finished(first.storage, pen, finish());
    await first.storage.conversations.remove(gone.run.conversationId, alice);
    advance(10_001);
    await first.storage.conversations.remove(fresh.run.conversationId, alice);
    const { copied, leftOut } = await copy(first, middle);
    assert.deepEqual([copied, leftOut], [1, 1]);
    assert.equal(await middle.storage.conversations.restore(gone.run.conversationId, alice), false);
    assert.equal(await middle.storage.conversations.restore(fresh.run.conversationId, alice), true);
    assert.ok(await middle.storage.conversations.get(fresh.run.conversationId, alice));
  });

  test("refused in words: a source with a live lease, the same store over two lines, a target of a newer build", async () => {
    const [first, middle] = [sqlite(), kv()];
    const pen = await running(first.storage);
    await assert.rejects(copy(first, middle), (error) => {
      assert.ok(error instanceof CopyRefusedError);
      return /1 runs are being written in the source by process 1 on host/.test(error.message);
    });
    await finished(first.storage, pen, finish());
    const bridge = await startKvRestBridge({ redisUrl: redis.url });
    const line = { url: bridge.url, token: bridge.token };
    const { prefix } = middle;
    const same = keep({ archive: openKvArchive({ line, prefix }), storage: openKv({ line, prefix }) });
    for (const other of [same, middle]) await assert.rejects(copy(middle, other), /are the same store/);
    await assert.rejects(copy(first, first), /are the same store/);
    await bridge.close();
    const newer = await asked(middle.storage);
    await admin.send(["HSET", `${prefix}:{${newer.conversationId}}`, "v", "2"]);
    await assert.rejects(copy(first, middle), { code: "newer-schema" });
    assert.equal(await middle.storage.runs.run(pen.run.runId), null);
  });

  test("a source that was written to meanwhile is told", async () => {
    const [first, middle] = [sqlite(), kv()];
    await asked(first.storage);
    let late: Promise<unknown> | undefined;
    const progress = () => void (late ??= asked(first.storage));
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
    assert.equal((await copyStore(slow, middle, { now, progress })).changed, true);
    assert.equal((await copy(first, middle)).changed, false);
  });

  test("pointers, lists and the lists of work are made anew from the records, while servers are at work", async () => {
    const [first, middle] = [sqlite(), kv()];
    const made = await fillStore({ storage: first.storage, count: 60, advance });
    await copy(first, middle);
    const runs = runsOfConversations(first.dir);
    const expected = await shownContents(middle.storage, made, runs);
    const work = async (storage: Storage) =>
      (await storage.runs.claimable(1000)).map(({ runId }) => runId).sort();
    const claimable = await work(middle.storage);
    assert.ok(claimable.length > 5);
    const outside = (await keysOf(middle.prefix)).filter((key) => !key.startsWith(`${middle.prefix}:{`));
    await admin.send(["DEL", ...outside]);
    // An owner's list that still names what is gone.
    const { prefix } = middle;
    await admin.send(["ZADD", `${prefix}:owner:alice`, "5", crypto.randomUUID()]);
    // A store opened after the loss knows no run by heart.
    const line = () => connectRedis({ url: redis.url });
    const fresh = keep({
      archive: openKvArchive({ line: line(), prefix }),
      storage: openKv({ line: line(), prefix, now }),
    });
    assert.notDeepEqual(await shownContents(fresh.storage, made, runs), expected);
    const rebuilt = await middle.archive.rebuild();
    const runCount = [...runs.values()].flat().length;
    assert.deepEqual(rebuilt, { conversations: 60, runs: runCount, cleared: 1, unreadable: [] });
    assert.deepEqual(await shownContents(fresh.storage, made, runs), expected);
    assert.deepEqual(await work(fresh.storage), claimable);
    const left = (await keysOf(prefix)).filter(
      (key) => !key.startsWith(`${prefix}:{`) && !key.endsWith(":identity"),
    );
    assert.deepEqual(
      left,
      outside.filter((key) => !key.endsWith(":identity")),
    );
    const deleted = made[10];
    assert.ok(deleted && (await fresh.storage.conversations.restore(deleted.id, deleted.ownerId)));
    assert.deepEqual((await middle.archive.rebuild()).cleared, 0);
  });

  async function claimedPen(storage: Storage, runId: string) {
    const run = (await storage.runs.run(runId)) ?? assert.fail();
    const pen = createPen(run, await claimed(storage, run, owner(3)));
    await storage.runs.append(pen.lease, pen.begin(), leaseMs);
    return pen;
  }
}

/** Every seventh answer is lost, every fifth command done twice, every third answer late. */
function faultOf(request: number): Fault {
  if (request % 7 === 0) return "drop";
  if (request % 5 === 0) return "double";
  return request % 3 === 0 ? 1 : undefined;
}
