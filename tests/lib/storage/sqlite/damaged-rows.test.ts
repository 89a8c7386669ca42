import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { test } from "node:test";
import { openSqlite } from "#lib/storage/sqlite.ts";
import { alice, leaseMs, running, storedLog } from "../../../contract/scenario.ts";
import { edit, file, newDir, overwritePage, settle } from "./temporary-store.ts";

test("S49 a file that is no database, or lacks its tables, is damaged", async () => {
  const text = newDir();
  writeFileSync(file(text), "hello ".repeat(1000));
  assert.throws(() => openSqlite({ dir: text }), { name: "StorageError", code: "damaged" });
  const empty = newDir();
  await openSqlite({ dir: empty }).close();
  edit(empty, (db) => db.exec("drop view events"));
  assert.throws(() => openSqlite({ dir: empty }), {
    name: "StorageError",
    code: "damaged",
    message: /events/,
  });
});

test("S49 a truncated or hand-edited row is an error that names it; other conversations are unaffected", async () => {
  const dir = newDir();
  const storage = openSqlite({ dir });
  const writer = await running(storage);
  await storage.runs.append(writer.lease, writer.say("a"), leaseMs, writer.state);
  await storage.runs.append(writer.lease, writer.say("b"), leaseMs);
  const { runId, conversationId, userMessageId } = writer.run;
  const whole = await running(storage);
  const get = () => storage.conversations.get(conversationId, alice);
  const read = () => storage.runs.read(runId, { seq: 0 }, 100);
  type Damage = [sql: string, row: RegExp, look: () => Promise<unknown>, code?: string];
  const ofEvents = (table: string): Damage[] => [
    [
      `update ${table} set json = substr(json, 1, 40) where seq = 5`,
      new RegExp(`event 5 of run ${runId}`),
      read,
    ],
    [`update ${table} set json = replace(json, '"seq":5', '"seq":6') where seq = 5`, /event 5 of run/, get],
    [
      `update ${table} set json = replace(json, '"epoch":1', '"epoch":2') where seq = 5`,
      /event 5 of run/,
      read,
    ],
    [`update ${table} set json = 'null' where seq = 5`, /event 5 of run/, read],
    [`delete from ${table} where seq = 4`, /event 4 of run/, read],
    [`delete from ${table} where seq = 5`, /event 5 of run/, read],
  ];
  const damages: Damage[] = [
    ...ofEvents("fresh_events"),
    ["update folds set json = substr(json, 1, 40) where true", new RegExp(`fold of run ${runId}`), get],
    ["update folds set json = replace(json, '\"seq\":4', '\"seq\":3') where true", /fold of run/, get],
    ["update folds set json = '{\"v\":1}' where true", /fold of run/, get],
    [
      'update folds set json = \'{"v":2,"value":{}}\' where true',
      /newer build wrote the fold/,
      get,
      "newer-schema",
    ],
    [
      "update messages set json = substr(json, 1, 40) where true",
      new RegExp(`message ${userMessageId} of`),
      get,
    ],
    ["update messages set json = '[]' where true", /message .* of conversation/, get],
    [
      "update messages set json = replace(json, '\"text\"', '\"texts\"') where true",
      /message .* of conversation/,
      get,
    ],
    [
      "update messages set json = replace(json, '{\"v\":1', '{\"v\":2') where true",
      /newer build wrote/,
      get,
      "newer-schema",
    ],
    ["update conversations set active_run_id = 'x' where true", /run x/, get],
  ];
  const mine = {
    fresh_events: `run_id = '${runId}'`,
    settled_events: `run_id = '${runId}'`,
    folds: `run_id = '${runId}'`,
    messages: `conversation_id = '${conversationId}'`,
  };
  const check = async ([sql, message, look, code = "damaged"]: Damage) => {
    const table = /(?:update|from) (\w+)/.exec(sql)?.[1] ?? "";
    const where = Reflect.get(mine, table) ?? `id = '${conversationId}'`;
    const rows = edit(dir, (db) => db.prepare(`select * from ${table} where ${where}`).all());
    edit(dir, (db) => db.exec(`${sql} and ${where}`));
    await assert.rejects(look(), { name: "StorageError", code, message }, sql);
    assert.ok(await storage.conversations.get(whole.run.conversationId, alice));
    assert.equal((await storedLog(storage, whole.run.runId)).length, 3);
    edit(dir, (db) => {
      for (const row of rows) {
        const names = Object.keys(row);
        const placeholders = names.map(() => "?").join();
        db.prepare(`replace into ${table} (${names.join()}) values (${placeholders})`).run(
          ...Object.values(row),
        );
      }
    });
    assert.ok(await get(), `restored after ${sql}`);
  };
  for (const damage of damages) await check(damage);
  edit(dir, settle);
  for (const damage of ofEvents("settled_events")) await check(damage);
  await storage.close();
});

test("a page that was overwritten under an open database: what is on it is refused as damaged, and the store says so until it is opened anew", async () => {
  const dir = newDir();
  const storage = openSqlite({ dir });
  const { lease, run, say } = await running(storage);
  await storage.ping();
  overwritePage(dir, "fresh_events");
  await assert.rejects(storage.runs.append(lease, say("a"), leaseMs), { code: "damaged" });
  assert.equal((await storage.runs.run(run.runId))?.status, "running");
  await storage.tryWrite?.();
  await assert.rejects(storage.ping(), {
    code: "damaged",
    detail: /^the database is damaged: stop the server/,
  });
  await storage.close();
});
