import assert from "node:assert/strict";
import { test } from "node:test";
import { removeEverything } from "#lib/conversations/remove-everything.ts";
import { startRun } from "#lib/runs/start-run.ts";
import { openSqlite } from "#lib/storage/sqlite.ts";
import { StorageError } from "#lib/storage/storage-error.ts";
import { asked, running } from "../../contract/scenario.ts";
import { question, readLog, runContext, userId } from "../../support/run-bench.ts";
import { gate, says, scriptedModel } from "../../support/scripted-model.ts";
import { waitUntil } from "../../support/wait-until.ts";

test("everything of a user is deleted, page after page, live runs are stopped, and what is others' stays", async () => {
  const model = scriptedModel([...says("one"), gate().promise]);
  const context = runContext(model);
  const { storage } = context;
  for (let at = 0; at < 130; at += 1) await asked(storage, { userId });
  for (const whose of [userId, "somebody else"]) await storage.notes.save(whose, { name: "n", text: "n" });
  const theirs = await running(storage, { userId: "somebody else" });
  const run = question("go");
  const { done } = await startRun(context, run);
  await waitUntil("the model is asked", () => model.requests.length === 1);
  assert.equal(await removeEverything(context, userId), 131);
  await done;
  assert.equal((await readLog(storage, run.runId)).at(-1)?.type, "abort");
  assert.deepEqual(await storage.conversations.list(userId, { limit: 10 }), { conversations: [] });
  assert.deepEqual(await storage.notes.list(userId), []);
  assert.equal((await storage.notes.list("somebody else")).length, 1);
  assert.ok(await storage.conversations.get(theirs.run.conversationId, "somebody else"));
  assert.equal((await storage.runs.run(theirs.run.runId))?.stop, undefined);
  assert.equal(await removeEverything(context, userId), 0);
});

test("a note that a live run saves until it is stopped is deleted too", async () => {
  const storage = openSqlite({ dir: ":memory:" });
  const remove: typeof storage.conversations.remove = async (id, by) => {
    await storage.notes.save(by, { name: "late", text: "saved by its run" });
    return storage.conversations.remove(id, by);
  };
  const conversations = { ...storage.conversations, remove };
  const context = runContext(scriptedModel(), { storage: { ...storage, conversations } });
  await asked(storage, { userId });
  assert.equal(await removeEverything(context, userId), 1);
  assert.deepEqual(await storage.notes.list(userId), []);
  await storage.close();
});

test("one that breaks off half way is ended by the next call", async () => {
  const storage = openSqlite({ dir: ":memory:" });
  let left = 70;
  const remove: typeof storage.conversations.remove = async (id, by) => {
    if ((left -= 1) < 0) throw new StorageError("unavailable", "the store is away");
    return storage.conversations.remove(id, by);
  };
  const conversations = { ...storage.conversations, remove };
  const context = runContext(scriptedModel(), { storage: { ...storage, conversations } });
  for (let at = 0; at < 100; at += 1) await asked(storage, { userId });
  await assert.rejects(removeEverything(context, userId), { code: "unavailable" });
  const { conversations: rest } = await storage.conversations.list(userId, { limit: 200 });
  assert.equal(rest.length, 30);
  left = Infinity;
  assert.equal(await removeEverything(context, userId), 30);
  await storage.close();
});
