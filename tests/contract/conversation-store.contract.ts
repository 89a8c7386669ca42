import assert from "node:assert/strict";
import type { ListPage } from "#lib/storage/conversation-store.ts";
import type { Storage } from "#lib/storage/storage.ts";
import { finish } from "../support/event-builders.ts";
import { adding } from "./conversation-store/adding.ts";
import { choosing } from "./conversation-store/choosing.ts";
import { deleting } from "./conversation-store/deleting.ts";
import { queueing } from "./conversation-store/queueing.ts";
import { renaming } from "./conversation-store/renaming.ts";
import { registerCases } from "./register-cases.ts";
import { alice, asked, finished, leaseMs, running } from "./scenario.ts";
import type { Case, Subject } from "./subject.ts";

const reading: readonly Case[] = [
  [
    "3.5 a live run is `active`: its fold and tail, its answer not among the messages",
    async ({ storage }) => {
      const writer = await running(storage);
      await storage.runs.append(writer.lease, writer.say("a"), leaseMs, writer.state);
      await storage.runs.append(writer.lease, writer.say("b"), leaseMs);
      const found = await storage.conversations.get(writer.run.conversationId, alice);
      assert.deepEqual(found?.active, await storage.runs.snapshot(writer.run.runId));
      assert.deepEqual([found?.active?.fold?.seq, found?.active?.entries.map(({ seq }) => seq)], [4, [5]]);
      assert.deepEqual(
        found?.messages.map(({ role }) => role),
        ["user"],
      );
    },
  ],
  [
    "3.5 the snapshot is one read: an ending run is in it either as active or as a message",
    async ({ storage, another }) => {
      const reader = another ? await another() : storage;
      for (let round = 0; round < 10; round += 1) {
        const writer = await running(storage);
        const reads = [1, 2, 3].map(() => reader.conversations.get(writer.run.conversationId, alice));
        await finished(storage, writer, finish());
        reads.push(reader.conversations.get(writer.run.conversationId, alice));
        for (const found of await Promise.all(reads)) {
          const isSaved = found?.messages.some(({ id }) => id === writer.run.messageId);
          assert.equal(isSaved, found?.active === undefined);
          assert.equal(isSaved, found?.conversation.activeRunId === undefined);
        }
      }
    },
  ],
  [
    "3.7 the newest run of an agent is found, live or ended, also behind one of another, and in no other's nor a deleted conversation",
    async ({ storage, advance }) => {
      const find = (agent: string, user = alice) => storage.conversations.newestRun(user, agent, 2);
      assert.equal(await find("essay"), null);
      const first = await running(storage, { agent: "essay" });
      const { conversationId } = first.run;
      const found = { conversationId, runId: first.run.runId };
      assert.deepEqual(await find("essay"), found);
      assert.deepEqual([await find("essay", "bob"), await find("ess")], [null, null]);
      await finished(storage, first, finish());
      await advance(10);
      await finished(storage, await running(storage, { agent: "assistant", conversationId }), finish());
      assert.deepEqual(await find("essay"), found);
      await advance(10);
      const again = await running(storage, { agent: "essay", conversationId });
      assert.deepEqual(await find("essay"), { conversationId, runId: again.run.runId });
      await finished(storage, again, finish());
      await advance(10);
      const next = await asked(storage, { agent: "essay" });
      const newest = { conversationId: next.conversationId, runId: next.runId };
      assert.deepEqual(await find("essay"), newest);
      await advance(10);
      await finished(storage, await running(storage, { agent: "assistant", conversationId }), finish());
      assert.deepEqual(await find("essay"), newest);
      await storage.conversations.remove(next.conversationId, alice);
      assert.deepEqual((await find("essay"))?.conversationId, conversationId);
      // Only the newest of them are looked at.
      await advance(10);
      for (const _ of [1, 2]) await asked(storage, { agent: "assistant" });
      assert.equal(await find("essay"), null);
    },
  ],
  [
    "3.9 what is not theirs does not exist",
    async ({ storage }) => {
      const { conversationId } = await asked(storage);
      assert.equal(await storage.conversations.get(conversationId, "bob"), null);
      assert.equal(await storage.conversations.get(crypto.randomUUID(), alice), null);
      assert.deepEqual(await storage.conversations.list("bob", { limit: 10 }), { conversations: [] });
    },
  ],
  [
    "3.6 the list has the newest updated first, as `get` shows each",
    async ({ storage, advance }) => {
      const first = await running(storage, { title: "one" });
      await advance(10);
      const second = await asked(storage, { title: "two" });
      const titles = async () => (await storage.conversations.list(alice, { limit: 10 })).conversations;
      assert.deepEqual(
        (await titles()).map(({ title }) => title),
        ["two", "one"],
      );
      await advance(10);
      await finished(storage, first, finish());
      const listed = await titles();
      assert.deepEqual(
        listed.map(({ title }) => title),
        ["one", "two"],
      );
      const { conversation } = (await storage.conversations.get(second.conversationId, alice)) ?? {};
      assert.deepEqual(listed[1], conversation);
      assert.equal(conversation?.activeRunId, second.runId);
    },
  ],
  [
    "3.6 pages give each conversation once, equal times too, and the last page has no cursor",
    async ({ storage, advance }) => {
      for (let at = 0; at < 7; at += 1) {
        await asked(storage);
        if (at % 3 === 0) await advance(1);
      }
      const all = (await storage.conversations.list(alice, { limit: 100 })).conversations;
      assert.equal(all.length, 7);
      for (const limit of [1, 2, 3, 7]) {
        const pages = await pagesOf(storage, limit);
        assert.deepEqual(
          pages.flatMap(({ conversations }) => conversations),
          all,
        );
        assert.equal(pages.length, Math.ceil(7 / limit));
      }
    },
  ],
  [
    "3.6 a cursor that no page gave leads to nothing, and never to another user's conversations",
    async ({ storage }) => {
      await asked(storage);
      await asked(storage);
      const { nextCursor = "" } = await storage.conversations.list(alice, { limit: 1 });
      assert.notEqual(nextCursor, "");
      assert.deepEqual(await storage.conversations.list("bob", { limit: 1, cursor: nextCursor }), {
        conversations: [],
      });
      for (const cursor of ["", "x", "bnVsbA", "W10", "../../etc", "\0", "W251bGwsbnVsbF0"]) {
        assert.deepEqual(await storage.conversations.list(alice, { limit: 1, cursor }), {
          conversations: [],
        });
      }
    },
  ],
];

/** Registers what every `ConversationStore` must do as tests of `subject`. */
export const conversationStoreContract = (subject: Subject): void =>
  registerCases("ConversationStore", subject, [
    ...[...reading, ...renaming, ...choosing, ...deleting],
    ...[...queueing, ...adding],
  ]);

async function pagesOf(storage: Storage, limit: number): Promise<ListPage[]> {
  const pages: ListPage[] = [];
  let cursor: string | undefined;
  do {
    const page = await storage.conversations.list(alice, { limit, ...(cursor !== undefined && { cursor }) });
    pages.push(page);
    cursor = page.nextCursor;
  } while (cursor !== undefined);
  return pages;
}
