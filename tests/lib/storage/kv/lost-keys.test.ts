import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { isEnded } from "#lib/protocol/run-status.ts";
import { createKeys } from "#lib/storage/kv/keys.ts";
import { openKv } from "#lib/storage/kv.ts";
import { connectRedis } from "#lib/storage/redis.ts";
import { alice, asked, finished, newRun, type RunWriter, running } from "../../../contract/scenario.ts";
import { finish } from "../../../support/event-builders.ts";
import { type RedisServer, redisMissing, startRedisServer } from "../../../support/redis-server.ts";

const skip = redisMissing;
let redis: RedisServer;
before(async () => {
  if (skip === false) redis = await startRedisServer();
});
after(() => redis?.close());

/** A conversation with an answer and a live run, and what deletes keys of it. */
async function openLive() {
  const prefix = crypto.randomUUID();
  const connection = connectRedis({ url: redis.url });
  let time = 1_700_000_000_000;
  const storage = openKv({ connection, prefix, now: () => time });
  const first = await running(storage);
  const { conversationId } = first.run;
  await finished(storage, first, finish());
  const live = await running(storage, { conversationId });
  const keys = createKeys(prefix);
  return {
    storage,
    live,
    conversationId,
    conversation: keys.conversation(conversationId).record,
    run: keys.run(conversationId, live.run.runId).record,
    remove: (...lost: string[]) => connection.send(["DEL", ...lost]),
    removeAll: () => connection.send(["FLUSHALL"]),
    pass: (ms: number) => void (time += ms),
  };
}

const append = (storage: ReturnType<typeof openKv>, { lease, say }: RunWriter) =>
  storage.runs.append(lease, say("more"), 15_000);

test("a lost record of a live run: its holder stops, the conversation is read, and takes the next question", {
  skip,
}, async (t) => {
  for (const isRead of [true, false]) {
    const { storage, live, conversationId, run, remove } = await openLive();
    t.after(() => storage.close());
    await remove(run);
    assert.equal((await append(storage, live)).kind, "fenced");
    if (isRead) {
      const found = await storage.conversations.get(conversationId, alice);
      assert.deepEqual([found?.messages.length, found?.active], [3, undefined]);
    }
    const next = await storage.runs.createRun(newRun({ conversationId }));
    assert.equal(next.kind, "created", isRead ? "after it was read" : "at once");
    const found = await storage.conversations.get(conversationId, alice);
    assert.equal(found?.active?.run.runId, "run" in next && next.run.runId);
  }
});

test("a lost record of a conversation: its live run ends with its holder, or by the sweep where nobody holds it", {
  skip,
}, async (t) => {
  for (const isHeld of [true, false]) {
    const { storage, live, conversationId, conversation, remove, pass } = await openLive();
    t.after(() => storage.close());
    await remove(conversation);
    assert.equal((await append(storage, live)).kind, "ok");
    if (isHeld) await finished(storage, live, finish());
    else pass(16_000);
    assert.deepEqual(await storage.runs.claimable(100), []);
    const run = await storage.runs.run(live.run.runId);
    assert.ok(run && isEnded(run.status), `${run?.status}`);
    assert.equal(await storage.conversations.get(conversationId, alice), null);
  }
});

test("everything lost: the holder stops, nothing is live, and the store is used anew", {
  skip,
}, async (t) => {
  const { storage, live, conversationId, removeAll } = await openLive();
  t.after(() => storage.close());
  await removeAll();
  assert.equal((await append(storage, live)).kind, "fenced");
  assert.equal(await storage.runs.run(live.run.runId), null);
  assert.equal(await storage.conversations.get(conversationId, alice), null);
  await asked(storage, { conversationId });
  assert.equal((await storage.conversations.get(conversationId, alice))?.messages.length, 1);
});
