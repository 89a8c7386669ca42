import assert from "node:assert/strict";
import { test } from "node:test";
import { createListWatch } from "#lib/http/list-watch.ts";
import { createMapStore } from "../../contract/map-store/map-store.ts";
import { finished, running } from "../../contract/scenario.ts";
import { finish } from "../../support/event-builders.ts";

const open = new AbortController().signal;
const never = 2 ** 30;

function newStore() {
  let time = 1_700_000_000_000;
  return createMapStore(() => (time += 1000));
}

test("whoever knows less than there is is told at once, and with whom it is", async () => {
  const storage = newStore();
  const { next } = createListWatch(storage.conversations, never);
  assert.deepEqual(await next("me", undefined, open), { tag: "none" });
  const { run } = await running(storage, { userId: "me" });
  const { tag, ...change } = await next("me", "none", open);
  assert.deepEqual(change, { conversationId: run.conversationId, activeRunId: run.runId });
  assert.notEqual(tag, "none");
});

test("a start, a title and an end are changes each; what this process changes is told without a look", async () => {
  const storage = newStore();
  const { next, notify } = createListWatch(storage.conversations, never);
  const tags = ["none"];
  async function told(change: () => Promise<unknown>): Promise<void> {
    const waiting = next("me", tags.at(-1), open);
    await change();
    notify("me");
    tags.push((await waiting).tag);
  }
  let writer: Awaited<ReturnType<typeof running>> | undefined;
  await told(async () => (writer = await running(storage, { userId: "me" })));
  assert.ok(writer);
  const { run } = writer;
  await told(() => storage.conversations.rename(run.conversationId, "me", "another"));
  await told(() => finished(storage, writer ?? assert.fail(), finish()));
  assert.equal(new Set(tags).size, 4);
});

test("what another process changes is found by a look, another user's is none, and an end is as it was", async () => {
  const storage = newStore();
  const { next, notify } = createListWatch(storage.conversations, 1);
  const found = next("me", "none", open);
  await running(storage, { userId: "somebody else" });
  notify("somebody else");
  await running(storage, { userId: "me" });
  const { tag } = await found;
  const over = new AbortController();
  const waiting = next("me", tag, over.signal);
  over.abort();
  assert.equal((await waiting).tag, tag);
});
