import assert from "node:assert/strict";
import { test } from "node:test";
import { undoMs } from "#lib/protocol/limits.ts";
import { migrate } from "#lib/storage/sqlite/migrate.ts";
import { schema } from "#lib/storage/sqlite/schema.ts";
import { openSqlite } from "#lib/storage/sqlite.ts";
import { alice, finished, leaseMs, type RunWriter, running, storedLog } from "../../../contract/scenario.ts";
import { finish } from "../../../support/event-builders.ts";
import { edit, file, newDir } from "./temporary-store.ts";

const countOf = (dir: string, table: string): number =>
  edit(dir, (db) => Number(db.prepare(`select count(*) as count from ${table}`).get()?.count));

const textOf = (events: Awaited<ReturnType<typeof storedLog>>): string =>
  events.map((event) => (event.type === "text-delta" ? event.delta : "")).join("");

test("S1 S3 S4 however many events were moved to the main table, and however long they are, every log is whole and in order", async () => {
  const dir = newDir();
  const [own, other] = [openSqlite({ dir }), openSqlite({ dir })];
  const writers = await Promise.all(Array.from({ length: 5 }, () => running(own)));
  const texts = writers.map(() => "");
  let moves = 0;
  const say = async (writer: RunWriter, round: number, at: number) => {
    // Long ones skip the staging table, between short ones that do not.
    const delta = `${at}.${round} ${round % 7 === at ? "long ".repeat(700) : ""}`;
    texts[at] += delta;
    await own.runs.append(writer.lease, writer.say(delta), leaseMs);
  };
  for (let round = 0, staged = 0; round < 500; round += 1) {
    await Promise.all(writers.map((writer, at) => say(writer, round, at)));
    if (round % 25 > 0 && round < 495) continue;
    const now = countOf(dir, "fresh_events");
    assert.ok(now <= 1024, `S2 ${now} are staged`);
    if (now < staged) moves += 1;
    staged = now;
    for (const [at, { run }] of writers.entries()) {
      for (const store of [own, other]) assert.equal(textOf(await storedLog(store, run.runId)), texts[at]);
      const seq = Math.ceil(round / 2) + 1;
      const part = await other.runs.read(run.runId, { epoch: 1, seq }, 40);
      assert.ok(part && !part.gone);
      assert.deepEqual(
        part.entries.map((entry) => entry.seq),
        Array.from({ length: Math.min(40, part.head - seq) }, (_, index) => seq + 1 + index),
      );
    }
  }
  assert.ok(moves >= 2, `${moves} moves`);
  await Promise.all([own.close(), other.close()]);
});

test("a purge leaves nothing of a run, wherever its events stand", async () => {
  const dir = newDir();
  let time = 1_000_000;
  const storage = openSqlite({ dir, now: () => time });
  const write = async (writer: RunWriter, count: number) =>
    storage.runs.append(writer.lease, writer.say(...Array.from({ length: count }, () => "x")), leaseMs);
  const kept = await running(storage);
  const gone = await running(storage);
  await write(gone, 1200);
  await write(kept, 10);
  await write(gone, 10);
  await finished(storage, gone, finish());
  assert.ok(countOf(dir, "fresh_events") > 10 && countOf(dir, "settled_events") > 1000);
  await storage.conversations.remove(gone.run.conversationId, alice);
  time += undoMs + 1;
  assert.equal(await storage.runs.trim(), 1);
  const left = edit(dir, (db) => db.prepare("select distinct run_id from events").all());
  assert.deepEqual(
    left.map((row) => row.run_id),
    [kept.run.runId],
  );
  assert.equal((await storedLog(storage, kept.run.runId)).length, 13);
  await storage.close();
});

test("S49 a database from before keeps its runs and their logs, and they go on", async () => {
  const dir = newDir();
  edit(dir, (db) => {
    migrate(db, undefined, schema.slice(0, 4));
    db.exec(`
      insert into conversations (id, owner_id, title, created_at, updated_at, active_run_id)
        values ('c', 'alice', 'Hello', 1, 2, 'r');
      insert into runs (run_id, conversation_id, owner_id, body_hash, message_id, user_message_id, agent, status, epoch,
        head, created_at, token, stop_by, continuations) values ('r', 'c', 'alice', 'h', 'm', 'u', 'assistant',
        'running', 1, 2, 5, 't', null, 1);
      insert into events values ('r', 1, 1, '{"runId":"r","epoch":1,"seq":1,"ts":1,"type":"progress","message":"a"}'),
        ('r', 2, 1, '{"runId":"r","epoch":1,"seq":2,"ts":1,"type":"progress","message":"b"}');
    `);
  });
  const storage = openSqlite({ dir });
  const run = await storage.runs.run("r");
  assert.deepEqual([run?.status, run?.head, run?.createdAt, run?.continuations], ["running", 2, 5, 1]);
  const append = await storage.runs.append(
    { runId: "r", epoch: 1, token: "t" },
    [{ runId: "r", epoch: 1, seq: 3, ts: 1, type: "progress", message: "c" }],
    leaseMs,
  );
  assert.equal(append.kind, "ok");
  assert.deepEqual(
    (await storedLog(storage, "r")).map(({ seq }) => seq),
    [1, 2, 3],
  );
  const stop = await storage.runs.requestStop("r", "user");
  assert.equal(stop?.stop?.by, "user");
  await storage.close();
  assert.ok(file(dir));
});
