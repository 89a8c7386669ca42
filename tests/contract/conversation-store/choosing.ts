import assert from "node:assert/strict";
import { pickBy } from "#lib/protocol/choices.ts";
import { shownPath } from "#lib/protocol/shown-path.ts";
import type { RunMeta } from "#lib/storage/run-store.ts";
import type { Storage } from "#lib/storage/storage.ts";
import { finish } from "../../support/event-builders.ts";
import { alice, asked, finished, leaseMs, type RunWriter, running } from "../scenario.ts";
import type { Case } from "../subject.ts";

/** docs/protocol.md 3.6: which version of a question or an answer is shown. */
export const choosing: readonly Case[] = [
  [
    "3.6 what is chosen is what everybody reads from then on, and the order of the list stays",
    async ({ storage, advance, another }) => {
      const first = await answered(storage, await running(storage, { title: "one" }));
      const again = await answered(storage, await running(storage, retry(first.run)));
      const { conversationId } = first.run;
      const before = await storage.conversations.get(conversationId, alice);
      assert.deepEqual(before?.choices, {});
      await advance(10);
      await asked(storage, { title: "two" });
      await advance(10);
      const chosen = await storage.conversations.choose(conversationId, alice, first.run.messageId);
      assert.deepEqual(chosen, before?.conversation);
      for (const each of another ? [storage, await another()] : [storage]) {
        assert.equal(await shownLast(each, first.run), first.run.messageId);
        const { conversations } = await each.conversations.list(alice, { limit: 10 });
        assert.deepEqual(
          conversations.map(({ title }) => title),
          ["two", "one"],
        );
      }
      await storage.conversations.choose(conversationId, alice, again.run.messageId);
      assert.equal(await shownLast(storage, first.run), again.run.messageId);
      const found = await storage.conversations.get(conversationId, alice);
      assert.deepEqual(found?.messages, before?.messages);
    },
  ],
  [
    "3.6 an answer that is chosen while another is written stays; what is written can be chosen too",
    async ({ storage }) => {
      const first = await answered(storage, await running(storage));
      const { conversationId, messageId } = first.run;
      const stays = await running(storage, retry(first.run));
      await storage.conversations.choose(conversationId, alice, messageId);
      await answered(storage, stays);
      assert.equal(await shownLast(storage, first.run), messageId);
      const comes = await running(storage, retry(first.run));
      await storage.conversations.choose(conversationId, alice, messageId);
      await storage.conversations.choose(conversationId, alice, comes.run.messageId);
      assert.equal(await shownLast(storage, first.run), messageId, "nothing of it is saved yet");
      await answered(storage, comes);
      assert.equal(await shownLast(storage, first.run), comes.run.messageId);
    },
  ],
  [
    "3.6 two that choose at once are one after the other: each choice is of another place, and both hold",
    async ({ storage, another }) => {
      const other = another ? await another() : storage;
      const first = await answered(storage, await running(storage));
      const { conversationId } = first.run;
      const again = await answered(storage, await running(storage, retry(first.run)));
      const next = await running(storage, { conversationId, parentMessageId: again.run.messageId });
      await answered(storage, next);
      await answered(storage, await running(storage, retry(next.run)));
      await Promise.all([
        storage.conversations.choose(conversationId, alice, again.run.messageId),
        other.conversations.choose(conversationId, alice, next.run.messageId),
      ]);
      assert.equal(await shownLast(storage, next.run), next.run.messageId);
      const found = await storage.conversations.get(conversationId, alice);
      assert.equal(Object.keys(found?.choices ?? {}).length, 2);
    },
  ],
  [
    "3.9 nothing is chosen in another's, a deleted or an unknown conversation, nor a message that is not there",
    async ({ storage }) => {
      const { run } = await answered(storage, await running(storage));
      const { conversationId, messageId } = run;
      const choose = (id: string, user: string, message: string) =>
        storage.conversations.choose(id, user, message);
      assert.equal(await choose(conversationId, "bob", messageId), null);
      assert.equal(await choose(crypto.randomUUID(), alice, messageId), null);
      assert.equal(await choose(conversationId, alice, crypto.randomUUID()), null);
      await storage.conversations.remove(conversationId, alice);
      assert.equal(await choose(conversationId, alice, messageId), null);
      await storage.conversations.restore(conversationId, alice);
      assert.deepEqual((await storage.conversations.get(conversationId, alice))?.choices, {});
    },
  ],
];

const retry = ({ conversationId, runId }: RunMeta) =>
  ({ conversationId, ask: { kind: "retry", retryRunId: runId } }) as const;

async function answered(storage: Storage, writer: RunWriter): Promise<RunWriter> {
  await storage.runs.append(writer.lease, writer.say("words"), leaseMs);
  await finished(storage, writer, finish());
  return writer;
}

async function shownLast(storage: Storage, { conversationId }: RunMeta): Promise<string | undefined> {
  const found = await storage.conversations.get(conversationId, alice);
  return shownPath(found?.messages ?? [], pickBy(found?.choices ?? {})).at(-1)?.id;
}
