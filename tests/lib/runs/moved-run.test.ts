import assert from "node:assert/strict";
import { test } from "node:test";
import { readConversation } from "#lib/conversations/read-conversation.ts";
import { findRun } from "#lib/runs/find-run.ts";
import { startRun } from "#lib/runs/start-run.ts";
import { openSqlite } from "#lib/storage/sqlite.ts";
import { question, runContext, userId } from "../../support/run-bench.ts";
import { finished, says, scriptedModel } from "../../support/scripted-model.ts";

test("3.9 a run whose user joins another before the model is asked is answered all the same, as the other's", async () => {
  const storage = openSqlite({ dir: ":memory:" });
  const model = scriptedModel([...says("here"), finished]);
  const context = runContext(model, {
    storage,
    async pickModel() {
      await storage.sessions.addTransfer("code", "home");
      assert.equal(await storage.sessions.join("code", userId), "joined");
      return model;
    },
  });
  const run = question("go");
  const { done } = await startRun(context, run);
  await done;
  assert.equal(model.requests.length, 1);
  assert.equal((await findRun(context, run.runId, "home"))?.status, "finished");
  assert.equal(await findRun(context, run.runId, userId), null);
  assert.equal((await readConversation(context, run.conversationId, "home"))?.messages.length, 2);
  await storage.close();
});
