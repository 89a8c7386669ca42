import assert from "node:assert/strict";
import { after, test } from "node:test";
import { isEnded } from "#lib/protocol/run-status.ts";
import { keepSweeping } from "#lib/runs/sweep-runs.ts";
import { openKv, openKvArchive } from "#lib/storage/kv.ts";
import { connectRedis } from "#lib/storage/redis.ts";
import type { Storage } from "#lib/storage/storage.ts";
import { StorageError } from "#lib/storage/storage-error.ts";
import {
  alice,
  asked,
  claimed,
  createRunWriter,
  finished,
  holder,
  leaseMs,
  running,
} from "../../../contract/scenario.ts";
import { finish } from "../../../support/event-builders.ts";
import { type Fault, startKvRestBridge } from "../../../support/kv-rest-bridge.ts";
import { fillStore } from "../../../support/many-conversations.ts";
import { redisMissing } from "../../../support/redis-server.ts";
import { foldAll, question, readLog, runContext, textOf } from "../../../support/run-bench.ts";
import { finished as ends, says, scriptedModel } from "../../../support/scripted-model.ts";
import { runsOfConversations, shownContents, sqliteRows } from "../../../support/store-contents.ts";
import { waitUntil } from "../../../support/wait-until.ts";
import { startCopyBench } from "./copy-bench.ts";

if (redisMissing) test("a store is copied to another", { skip: redisMissing });
else await register();

async function register(): Promise<void> {
  const bench = await startCopyBench();
  const { redis, send, now, advance, keep, sqlite, kv, copy, keysOf } = bench;
  after(bench.close);

  test("1,000 conversations of every kind go from SQLite to KV and back, byte for byte, and a second copy copies nothing", async () => {
    const [first, middle, last] = [sqlite(), kv(), sqlite()];
    const made = await fillStore({ storage: first.storage, count: 1000, advance });
    const there = await copy(first, middle);
    assert.deepEqual([there.total, there.copied, there.problems, there.changed], [1000, 1000, [], false]);
    const back = await copy(middle, last);
    assert.deepEqual([back.total, back.copied, back.problems, back.changed], [1000, 1000, [], false]);

    assert.deepEqual(sqliteRows(last.dir), sqliteRows(first.dir));
    const runs = runsOfConversations(first.dir);
    const shown = await shownContents(first.storage, made, runs);
    assert.deepEqual(await shownContents(middle.storage, made, runs), shown);

    const keys = await keysOf(middle.prefix);
    for (const to of [middle, last]) {
      const again = await copy(first, to);
      assert.deepEqual([again.copied, again.equal, again.problems], [0, 1000, []]);
    }
    assert.deepEqual(sqliteRows(last.dir), sqliteRows(first.dir));
    assert.deepEqual(await keysOf(middle.prefix), keys);
    assert.ok(keys.every((key) => !key.includes(":copy")));
  });

  test("records of any length go to a KV whose requests take a megabyte, and back, byte for byte", async (t) => {
    const bridge = await startKvRestBridge({ redisUrl: redis.url, maxRequestBytes: 1_048_576 });
    t.after(bridge.close);
    const [first, middle, last] = [sqlite(), kv(() => ({ ...bridge, retryMs: 1 })), sqlite()];
    const long = '"\\\u0001\u{1f600}\u4e2d\n'.repeat(60_000);
    const writer = await running(first.storage, { text: `q ${long}` });
    await first.storage.runs.append(writer.lease, writer.say(long), leaseMs, writer.state);
    await first.storage.runs.append(writer.lease, writer.say("short"), leaseMs);
    await finished(first.storage, writer, finish());
    const there = await copy(first, middle);
    assert.deepEqual([there.copied, there.problems], [1, []]);
    const back = await copy(middle, last);
    assert.deepEqual([back.copied, back.problems], [1, []]);
    assert.deepEqual(sqliteRows(last.dir), sqliteRows(first.dir));
    assert.ok((await keysOf(middle.prefix)).every((key) => !key.includes(":copy")));
  });

  test("who had joined whom and who was logged out goes along, there and back, and nothing of it is overwritten", async () => {
    const [first, middle, last] = [sqlite(), kv(), sqlite()];
    const [home, laptop, gone] = ["home", "laptop", "gone"];
    await asked(first.storage, { userId: laptop, title: "from the laptop" });
    await first.storage.sessions.addTransfer("code", home);
    assert.equal(await first.storage.sessions.join("code", laptop), "joined");
    await first.storage.sessions.logOut(gone);
    assert.equal((await copy(first, middle)).sessions, 2);
    assert.equal((await copy(middle, last)).sessions, 2);
    for (const { storage } of [middle, last]) {
      assert.equal(await storage.sessions.user(laptop), home);
      assert.equal(await storage.sessions.user(gone), null);
      assert.equal(await storage.sessions.count(home), 2);
      const { conversations } = await storage.conversations.list(home, { limit: 10 });
      assert.deepEqual(
        conversations.map(({ title }) => title),
        ["from the laptop"],
      );
    }
    await last.storage.sessions.logOut(laptop);
    const again = await copy(first, last);
    assert.deepEqual(
      again.problems.map(({ id }) => id),
      ["session laptop"],
    );
    assert.equal(await last.storage.sessions.user(laptop), null);
  });

  test("notes go along, there and back; where the target has another text of the name, it keeps it", async () => {
    const [first, middle, last] = [sqlite(), kv(), sqlite()];
    const ids = ["one", "a:b*{x}", "two"];
    for (const userId of ids)
      for (let at = 0; at < 30; at += 1)
        await first.storage.notes.save(userId, {
          name: `n${at}`,
          text: `1 2\n${userId} ${"x".repeat(at * 99)}`,
        });
    assert.deepEqual([(await copy(first, middle)).notes, (await copy(middle, last)).notes], [3, 3]);
    for (const userId of ids) {
      const notes = await first.storage.notes.list(userId);
      assert.equal(notes.length, 30);
      for (const { storage } of [middle, last]) assert.deepEqual(await storage.notes.list(userId), notes);
    }
    await last.storage.notes.save("two", { name: "n7", text: "changed since" });
    assert.deepEqual((await copy(first, last)).problems, [
      {
        id: "notes of two",
        reason: "the target has another text under one of their names, which was left as it is",
      },
    ]);
    const kept = (await last.storage.notes.list("two")).find(({ name }) => name === "n7");
    assert.equal(kept?.text, "changed since");
  });

  test("what servers wrote into a KV is field for field what a copy from SQLite writes there", async () => {
    const [native, between, copied] = [kv(), sqlite(), kv()];
    await fillStore({ storage: native.storage, count: 40, advance });
    for (const [from, to] of [
      [native, between],
      [between, copied],
    ] as const) {
      assert.deepEqual((await copy(from, to)).problems, []);
    }
    const dump = async (prefix: string) => {
      const found = new Map<string, unknown>();
      for (const key of await keysOf(prefix)) found.set(key.slice(prefix.length), await contentOf(key));
      return found;
    };
    const contentOf = async (key: string): Promise<unknown> => {
      const type = String(await send("TYPE", key));
      if (type === "string") return key.endsWith(":identity") ? "" : send("GET", key);
      if (type === "list") return send("LRANGE", key, "0", "-1");
      if (type === "zset") return send("ZRANGE", key, "0", "-1", "WITHSCORES");
      if (type === "stream") return send("XRANGE", key, "-", "+");
      if (type === "set") return String(await send("SORT", key, "ALPHA"));
      const flat = await send("HGETALL", key);
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

  test("over REST with answers dropped, doubled and delayed a copy is the same, there and back", async (t) => {
    const bridge = await startKvRestBridge({ redisUrl: redis.url, fault: faultOf });
    t.after(() => bridge.close());
    const rest = kv(() => ({ url: bridge.url, token: bridge.token, retryMs: 1 }));
    const [first, last] = [sqlite(), sqlite()];
    await fillStore({ storage: first.storage, count: 44, advance });
    // A call whose answers are all lost ends the copy, and the same command goes on.
    const untilWhole = async (...ends: Parameters<typeof copy>) => {
      for (let attempt = 0; attempt < 5; attempt += 1) {
        try {
          const { copied, equal, problems } = await copy(...ends);
          return [copied + equal, problems];
        } catch (error) {
          if (!(error instanceof StorageError)) throw error;
        }
      }
      return assert.fail("it never got through");
    };
    assert.deepEqual(await untilWhole(first, rest), [44, []]);
    assert.deepEqual(await untilWhole(rest, last), [44, []]);
    assert.deepEqual(sqliteRows(last.dir), sqliteRows(first.dir));
  });

  test("a log longer than one call, and a large message, arrive whole", async () => {
    const [first, middle, last] = [sqlite(), kv(), sqlite()];
    const writer = await running(first.storage, { text: "大".repeat(300_000) });
    for (let part = 0; part < 6; part += 1) {
      const deltas = Array.from({ length: 1000 }, (_, at) => `${part}-${at} `);
      await first.storage.runs.append(
        writer.lease,
        writer.say(...deltas),
        leaseMs,
        part === 3 ? writer.state : undefined,
      );
    }
    await finished(first.storage, writer, finish());
    assert.equal((await copy(first, middle)).copied, 1);
    assert.equal((await copy(middle, last)).copied, 1);
    assert.deepEqual(sqliteRows(last.dir), sqliteRows(first.dir));
  });

  test("a run that was queued, and one whose holder died, are continued by the target's servers", async () => {
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
        return run !== null && isEnded(run.status);
      });
      assert.equal(textOf(foldAll(await readLog(middle.storage, runId))), "It goes on.");
    }
    end.abort();
    const again = await copy(first, middle);
    assert.deepEqual([again.copied, again.continued, again.problems], [0, 2, []]);
    const repeated = await middle.storage.runs.createRun(queued);
    assert.equal(repeated.kind, "exists");
    assert.equal((await middle.storage.runs.createRun({ ...queued, bodyHash: "another" })).kind, "conflict");
  });

  test("an incomplete answer can be continued in the target, a complete one cannot", async () => {
    const [first, middle] = [sqlite(), kv()];
    await fillStore({ storage: first.storage, count: 10, users: [alice], advance });
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
            userId: alice,
            bodyHash: "",
            agent: "a",
            title: "",
            ask,
          };
          const { kind } = await storage.runs.createRun(run);
          answers.push(`${continueRunId} ${kind}`);
          if (kind !== "created") continue;
          const writer = await claimedWriter(storage, runId);
          await finished(storage, writer, finish());
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

  test("what was deleted for longer than it can be brought back is left out", async () => {
    const [first, middle] = [sqlite(), kv()];
    const [gone, fresh] = [await running(first.storage), await running(first.storage)];
    for (const writer of [gone, fresh]) await finished(first.storage, writer, finish());
    await first.storage.conversations.remove(gone.run.conversationId, alice);
    advance(10_001);
    await first.storage.conversations.remove(fresh.run.conversationId, alice);
    const { copied, leftOut } = await copy(first, middle);
    assert.deepEqual([copied, leftOut], [1, 1]);
    assert.equal(await middle.storage.conversations.restore(gone.run.conversationId, alice), false);
    assert.equal(await middle.storage.conversations.restore(fresh.run.conversationId, alice), true);
    assert.ok(await middle.storage.conversations.get(fresh.run.conversationId, alice));
  });

  test("pointers, lists and the lists of work are made anew from the records, while servers are at work", async () => {
    const [first, middle] = [sqlite(), kv()];
    const made = await fillStore({ storage: first.storage, count: 60, advance });
    await copy(first, middle);
    const runs = runsOfConversations(first.dir);
    const expected = await shownContents(middle.storage, made, runs);
    const claimableOf = async (storage: Storage) =>
      (await storage.runs.claimable(1000)).map(({ runId }) => runId).sort();
    const claimable = await claimableOf(middle.storage);
    assert.ok(claimable.length > 5);
    const outside = (await keysOf(middle.prefix)).filter((key) => !key.startsWith(`${middle.prefix}:{`));
    await send("DEL", ...outside);
    // A user's list that still names what is gone.
    const { prefix } = middle;
    await send("ZADD", `${prefix}:owner:alice`, "5", crypto.randomUUID());
    // A store opened after the loss knows no run by heart.
    const connect = () => connectRedis({ url: redis.url });
    const fresh = keep({
      archive: openKvArchive({ connection: connect(), prefix }),
      storage: openKv({ connection: connect(), prefix, now }),
    });
    assert.notDeepEqual(await shownContents(fresh.storage, made, runs), expected);
    const rebuilt = await middle.archive.rebuild();
    const runCount = [...runs.values()].flat().length;
    assert.deepEqual(rebuilt, { conversations: 60, runs: runCount, cleared: 1, unreadable: [] });
    assert.deepEqual(await shownContents(fresh.storage, made, runs), expected);
    assert.deepEqual(await claimableOf(fresh.storage), claimable);
    const left = (await keysOf(prefix)).filter(
      (key) => !key.startsWith(`${prefix}:{`) && !key.endsWith(":identity"),
    );
    assert.deepEqual(
      left,
      outside.filter((key) => !key.endsWith(":identity")),
    );
    const deleted = made[10];
    assert.ok(deleted && (await fresh.storage.conversations.restore(deleted.id, deleted.userId)));
    assert.deepEqual((await middle.archive.rebuild()).cleared, 0);
  });

  async function claimedWriter(storage: Storage, runId: string) {
    const run = (await storage.runs.run(runId)) ?? assert.fail();
    const writer = createRunWriter(run, await claimed(storage, run, holder(3)));
    await storage.runs.append(writer.lease, writer.begin(), leaseMs);
    return writer;
  }
}

/** Every seventh answer is lost, every fifth command done twice, every third answer late. */
function faultOf(request: number): Fault {
  if (request % 7 === 0) return "drop";
  if (request % 5 === 0) return "double";
  return request % 3 === 0 ? 1 : undefined;
}
