import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { test } from "node:test";
import { chooseShown } from "#lib/conversations/choose-shown.ts";
import { listConversations } from "#lib/conversations/list-conversations.ts";
import { readConversation } from "#lib/conversations/read-conversation.ts";
import { removeConversation } from "#lib/conversations/remove-conversation.ts";
import { renameConversation } from "#lib/conversations/rename-conversation.ts";
import { restoreConversation } from "#lib/conversations/restore-conversation.ts";
import { pickBy } from "#lib/protocol/choices.ts";
import { shownPath } from "#lib/protocol/shown-path.ts";
import { systemClock } from "#lib/runs/clock.ts";
import { startRun } from "#lib/runs/start-run.ts";
import { openSqlite } from "#lib/storage/sqlite.ts";
import { StorageError } from "#lib/storage/storage-error.ts";
import { question, runContext, runToEnd, textOf, userId } from "../../support/run-bench.ts";
import { finished, gate, says, scriptedModel } from "../../support/scripted-model.ts";
import { waitUntil } from "../../support/wait-until.ts";

const answers = () => runContext(scriptedModel([...says("Hello"), finished]));

test("3.5 a conversation is read with its live run folded, and the cursor to go on from", async () => {
  const hold = gate();
  const context = runContext(scriptedModel([...says("half"), hold.promise, finished]));
  const run = question("go");
  const { done } = await startRun(context, run);
  await waitUntil("half is stored", async () => {
    const view = await readConversation(context, run.conversationId, userId);
    return view?.activeRun !== undefined && textOf(view.activeRun.state) === "half";
  });
  const view = (await readConversation(context, run.conversationId, userId)) ?? assert.fail();
  const { activeRun, messages, conversation } = view;
  assert.deepEqual([activeRun?.runId, activeRun?.status], [run.runId, "running"]);
  assert.equal(activeRun?.seq, (await context.storage.runs.run(run.runId))?.head);
  assert.deepEqual(
    messages.map(({ role }) => role),
    ["user"],
  );
  assert.equal(conversation.activeRunId, run.runId);
  assert.equal("userId" in conversation, false);
  hold.open();
  await done;
  const after = (await readConversation(context, run.conversationId, userId)) ?? assert.fail();
  assert.deepEqual(Object.keys(after), ["conversation", "messages"]);
  assert.equal(after.messages.length, 2);
});

test("3.5 a conversation tells every page what was said into its live run and is in no log yet", async () => {
  const hold = gate();
  const context = runContext(scriptedModel([...says("half"), hold.promise, finished], [finished]));
  const run = question("go");
  const { done } = await startRun(context, run);
  const view = async () => (await readConversation(context, run.conversationId, userId))?.activeRun;
  await waitUntil("half is stored", async () => textOf((await view())?.state ?? assert.fail()) === "half");
  assert.equal((await view())?.unread, undefined);
  const message = { messageId: randomUUID(), text: "in French" };
  await context.storage.runs.sendMessage(run.runId, { ...message, by: "user" });
  assert.deepEqual((await view())?.unread, [message]);
  hold.open();
  await done;
  assert.equal(await view(), undefined);
});

test("3.5 a conversation says that saving its live run waits, or has stopped", async () => {
  const hold = gate();
  const context = runContext(scriptedModel([...says("half"), hold.promise, ...says("more"), finished]));
  const { runs } = context.storage;
  const run = question("go");
  const { done } = await startRun(context, run);
  const durability = async (by = context) =>
    (await readConversation(by, run.conversationId, userId))?.activeRun?.durability;
  await waitUntil("half is stored", async () => ((await runs.run(run.runId))?.head ?? 0) >= 4);
  assert.equal(await durability(), undefined);
  const { append } = runs;
  const away = () => Promise.reject(new StorageError("unavailable", "no more calls"));
  runs.append = away;
  hold.open();
  await waitUntil("it is delayed", async () => (await durability()) === "delayed");
  const late = { ...systemClock, wall: () => Date.now() + 2 * context.leaseMs };
  const elsewhere = runContext(scriptedModel([]), { storage: context.storage, clock: late });
  Reflect.set(runs, "claim", away);
  assert.equal(await durability(elsewhere), "stopped");
  runs.append = append;
  await done;
});

test("3.6 conversations are listed newest first, fifty at a time", async () => {
  let time = Date.now();
  // Those of the same moment would be in the order of their ids.
  const storage = openSqlite({ dir: ":memory:", now: () => (time += 1) });
  const context = runContext(scriptedModel([...says("Hello"), finished]), { storage });
  const ids: string[] = [];
  for (let count = 0; count < 53; count += 1) {
    const run = question(`question ${count}`);
    ids.unshift(run.conversationId);
    await runToEnd(context, run);
  }
  const first = await listConversations(context, userId);
  assert.equal(first.conversations.length, 50);
  const second = await listConversations(context, userId, first.nextCursor);
  assert.deepEqual(
    [...first.conversations, ...second.conversations].map(({ id }) => id),
    ids,
  );
  assert.equal("nextCursor" in second, false);
});

test("3.6 a new title stays, a deletion can be undone, and only the user may do either", async () => {
  const context = answers();
  const run = question("go");
  await runToEnd(context, run);
  const [id, other] = [run.conversationId, randomUUID()];
  for (const [conversation, user] of [
    [id, "somebody else"],
    [other, userId],
  ] as const) {
    assert.equal(await renameConversation(context, conversation, user, "x"), null);
    assert.equal(await restoreConversation(context, conversation, user), null);
    assert.equal(await readConversation(context, conversation, user), null);
  }
  assert.equal((await renameConversation(context, id, userId, "Mine"))?.title, "Mine");
  await removeConversation(context, id, userId);
  assert.equal(await renameConversation(context, id, userId, "x"), null);
  assert.equal((await restoreConversation(context, id, userId))?.title, "Mine");
});

test("3.6 the version that is chosen is read by everybody, and only the user may choose", async () => {
  const context = runContext(scriptedModel([...says("one"), finished], [...says("two"), finished]));
  const run = question("go");
  await runToEnd(context, run);
  const { conversationId: id } = run;
  const ask = { kind: "retry", retryRunId: run.runId } as const;
  await runToEnd(context, { ...question("go", { conversationId: id }), ask });
  const first = (await readConversation(context, id, userId))?.messages[1]?.id ?? "";
  assert.equal(await chooseShown(context, id, "somebody else", first), null);
  assert.equal(await chooseShown(context, randomUUID(), userId, first), null);
  assert.equal(await chooseShown(context, id, userId, randomUUID()), null);
  assert.equal((await readConversation(context, id, userId))?.choices, undefined);
  assert.equal((await chooseShown(context, id, userId, first))?.title, "go");
  const { messages = [], choices = {} } = (await readConversation(context, id, userId)) ?? {};
  assert.equal(shownPath(messages, pickBy(choices)).at(-1)?.id, first);
});
