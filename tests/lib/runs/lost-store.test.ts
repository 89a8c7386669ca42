import assert from "node:assert/strict";
import { rmSync } from "node:fs";
import { test } from "node:test";
import { readConversation } from "#lib/conversations/read-conversation.ts";
import { followRun } from "#lib/runs/follow-run.ts";
import { openRun } from "#lib/runs/open-run.ts";
import { readRun } from "#lib/runs/read-run.ts";
import type { RunContext } from "#lib/runs/run-context.ts";
import { startRun } from "#lib/runs/start-run.ts";
import { stopRun } from "#lib/runs/stop-run.ts";
import { openSqlite } from "#lib/storage/sqlite.ts";
import type { StorageError } from "#lib/storage/storage-error.ts";
import { createFrameEncoder } from "#lib/wire/frames.ts";
import { question, runContext, textOf } from "../../support/run-bench.ts";
import { gate, says, scriptedModel } from "../../support/scripted-model.ts";
import { waitUntil } from "../../support/wait-until.ts";
import { file, newDir } from "../storage/sqlite/temporary-store.ts";

/** All that a stream says, until it ends by itself. */
async function follow(context: RunContext, runId: string) {
  const followed = await followRun(
    context,
    runId,
    { seq: 0 },
    createFrameEncoder(runId, () => 0.5),
  );
  assert.ok(followed.kind === "stream");
  const reader = { text: "", done: Promise.resolve() };
  reader.done = (async () => {
    for await (const chunk of followed.chunks(new AbortController().signal)) reader.text += chunk;
  })();
  return reader;
}

for (const [taken, suffix] of [
  ["database", ""],
  ["log", "-wal"],
] as const)
  test(`a ${taken} that is deleted under a live answer: its model call is closed at once, readers are told and end, and whoever asks again is refused in words`, async (t) => {
    const model = scriptedModel([...says("one "), gate().promise]);
    const dir = newDir();
    const storage = openSqlite({ dir, pollMs: 20 });
    t.after(() => storage.close());
    const context = runContext(model, { storage, leaseMs: 15_000, heartbeatMs: 50 });
    const run = question("go");
    const { runId } = run;
    const created = await startRun(context, run);
    const readers = [await follow(context, runId), await follow(context, runId)];
    await waitUntil("they have the first word", () => readers.every(({ text }) => text.includes("one ")));
    rmSync(`${file(dir)}${suffix}`);
    await created.done;
    assert.equal(model.requests[0]?.closed, true);
    await Promise.all(readers.map(({ done }) => done));
    for (const { text } of readers) assert.match(text, /: unsaved\n\n$/);
    const refusal = { name: "StorageError", message: /was deleted or replaced .* restart the server/ };
    await assert.rejects(follow(context, runId), refusal);
    await assert.rejects(openRun(context, runId, run.userId, { seq: 0 }), refusal);
    await assert.rejects(readRun(context, runId, run.userId), refusal);
    await assert.rejects(stopRun(context, runId, "user"), (error: StorageError) => !error.mayBeDone);
    const view = await readConversation(context, run.conversationId, run.userId);
    const shown = view?.activeRun?.state;
    assert.equal(shown && textOf(shown), "one ", "what is there, is shown");
  });
