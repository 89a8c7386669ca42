import assert from "node:assert/strict";
import { forkedConversation } from "#lib/conversations/forked-conversation.ts";
import { decodeEvent } from "#lib/protocol/decode-event.ts";
import { foldSnapshot } from "#lib/runs/fold-snapshot.ts";
import type { ArchivedConversation } from "#lib/storage/archive/archive.ts";
import type { Storage } from "#lib/storage/storage.ts";
import { abort, finish } from "../../support/event-builders.ts";
import { alice, asked, finished, metaOf, newRun, type RunWriter, running, storedLog } from "../scenario.ts";
import type { Case } from "../subject.ts";

/** docs/protocol.md 3.13: a conversation that goes on from the middle of a run. */
export const adding: readonly Case[] = [
  [
    "3.13 a conversation that is added is read, listed, continued and deleted like one that was written here",
    async ({ storage, advance }) => {
      const added = await forkOf(storage, await running(storage));
      await advance(10);
      await storage.conversations.add(added);
      const { id } = added;
      const found = await storage.conversations.get(id, alice);
      assert.deepEqual(
        found?.messages.map(({ role }) => role),
        ["user", "assistant"],
      );
      assert.equal(found?.active, undefined);
      const { conversations } = await storage.conversations.list(alice, { limit: 10 });
      assert.deepEqual(
        conversations.find((each) => each.id === id),
        found?.conversation,
      );
      const [run] = added.runs;
      if (!run) return assert.fail();
      assert.deepEqual(
        await storedLog(storage, run.runId),
        run.entries.map(({ json }) => decodeEvent(json)),
      );
      assert.equal((await metaOf(storage, run)).status, "stopped");
      const snapshot = await storage.runs.snapshot(run.runId);
      assert.equal(snapshot && foldSnapshot(snapshot).ending?.type, "abort");
      assert.deepEqual(await storage.runs.claimable(10), []);
      const goesOn = newRun({ conversationId: id, ask: { kind: "continue", continueRunId: run.runId } });
      assert.equal((await storage.runs.createRun(goesOn)).kind, "created");
      assert.equal(await storage.conversations.remove(id, alice), true);
      assert.equal(await storage.conversations.get(id, alice), null);
    },
  ],
  [
    "3.13 what is added twice, or under an id that is there, changes nothing",
    async ({ storage }) => {
      const writer = await running(storage, { title: "one" });
      const added = await forkOf(storage, writer);
      await storage.conversations.add(added);
      const found = await storage.conversations.get(added.id, alice);
      await storage.conversations.add({ ...added, title: "two", messages: [] });
      assert.deepEqual(await storage.conversations.get(added.id, alice), found);
      const { conversationId } = await asked(storage, { title: "there" });
      const before = await storage.conversations.get(conversationId, alice);
      await storage.conversations.add(under(conversationId, added));
      assert.deepEqual(await storage.conversations.get(conversationId, alice), before);
      const elsewhere = crypto.randomUUID();
      await storage.conversations.add(under(elsewhere, added));
      assert.equal(await storage.conversations.get(elsewhere, alice), null);
      assert.equal((await metaOf(storage, added.runs[0] ?? assert.fail())).conversationId, added.id);
    },
  ],
  [
    "3.13 a whole answer is added as one that cannot be continued, and answered again",
    async ({ storage }) => {
      const writer = await running(storage);
      await finished(storage, writer, finish());
      const added = await forkOf(storage, writer);
      await storage.conversations.add(added);
      const { runId } = added.runs[0] ?? assert.fail();
      const ask = (kind: "continue" | "retry") =>
        storage.runs.createRun(
          newRun({
            conversationId: added.id,
            ask: kind === "retry" ? { kind, retryRunId: runId } : { kind, continueRunId: runId },
          }),
        );
      assert.equal((await ask("continue")).kind, "complete");
      assert.equal((await ask("retry")).kind, "created");
    },
  ],
  [
    "3.9 what is added is its user's",
    async ({ storage }) => {
      const writer = await running(storage);
      await finished(storage, writer, abort());
      const added = await forkOf(storage, writer);
      await storage.conversations.add(added);
      assert.equal(await storage.conversations.get(added.id, "bob"), null);
      assert.deepEqual(await storage.conversations.list("bob", { limit: 10 }), { conversations: [] });
    },
  ],
];

const under = (id: string, { runs, ...added }: ArchivedConversation): ArchivedConversation => ({
  ...added,
  id,
  runs: runs.map((run) => ({ ...run, conversationId: id })),
});

/** The conversation that goes on from where a run stands. */
async function forkOf(storage: Storage, { run }: RunWriter): Promise<ArchivedConversation> {
  const found = await storage.conversations.get(run.conversationId, alice);
  const events = await storedLog(storage, run.runId);
  const messages = found?.messages.filter(({ role }) => role === "user") ?? [];
  const ids = { conversationId: crypto.randomUUID(), runId: crypto.randomUUID() };
  return forkedConversation(
    { messages, events },
    { run, title: "fork", ...ids, bodyHash: "fork", now: 1000 },
  );
}
