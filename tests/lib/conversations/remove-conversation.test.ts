import assert from "node:assert/strict";
import { test } from "node:test";
import { removeConversation } from "#lib/conversations/remove-conversation.ts";
import { findRun } from "#lib/runs/find-run.ts";
import { startRun } from "#lib/runs/start-run.ts";
import { openSqlite } from "#lib/storage/sqlite.ts";
import { question, readLog, runContext, runToEnd, userId } from "../../support/run-bench.ts";
import { finished, gate, says, scriptedModel } from "../../support/scripted-model.ts";
import { waitUntil } from "../../support/wait-until.ts";
import { edit, newDir } from "../storage/sqlite/temporary-store.ts";

test("5.7 a deletion ends the run at once and for good, and nobody finds it any more", async () => {
  const model = scriptedModel([...says("one"), gate().promise]);
  const context = runContext(model);
  const run = question("go");
  const { done } = await startRun(context, run);
  await waitUntil("the model is asked", () => model.requests.length === 1);
  assert.equal(await removeConversation(context, run.conversationId, "somebody else"), false);
  assert.equal(await removeConversation(context, run.conversationId, userId), true);
  await done;
  assert.ok(model.requests[0]?.closed);
  const last = (await readLog(context.storage, run.runId)).at(-1);
  assert.ok(last?.type === "abort");
  assert.deepEqual([last.by, last.reason], ["user", "deleted"]);
  assert.equal(await findRun(context, run.runId, userId), null);
});

test("a conversation that cannot be read any more can be deleted", async () => {
  const dir = newDir();
  const storage = openSqlite({ dir });
  const context = runContext(scriptedModel([...says("one"), finished]), { storage });
  const run = question("go");
  await runToEnd(context, run);
  edit(dir, (db) => db.exec("update messages set json = 'x'"));
  const damaged = { name: "StorageError", code: "damaged" };
  await assert.rejects(storage.conversations.get(run.conversationId, userId), damaged);
  assert.equal(await removeConversation(context, run.conversationId, userId), true);
  assert.deepEqual(await storage.conversations.list(userId, { limit: 10 }), { conversations: [] });
  await storage.close();
});
