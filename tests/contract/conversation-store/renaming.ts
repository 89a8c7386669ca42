import assert from "node:assert/strict";
import { finish } from "../../support/event-builders.ts";
import { alice, asked, finished, running } from "../scenario.ts";
import type { Case } from "../subject.ts";

/** docs/protocol.md 3.6: custom titles. */
export const renaming: readonly Case[] = [
  [
    "3.6 a new title is what everybody reads from then on, and the order of the list stays",
    async ({ storage, advance }) => {
      const first = await asked(storage, { title: "one" });
      await advance(10);
      await asked(storage, { title: "two" });
      await advance(10);
      const renamed = await storage.conversations.rename(first.conversationId, alice, "'; uno\u{1f600}");
      assert.deepEqual([renamed?.title, renamed?.activeRunId], ["'; uno\u{1f600}", first.runId]);
      const found = await storage.conversations.get(first.conversationId, alice);
      assert.deepEqual(found?.conversation, renamed);
      const { conversations } = await storage.conversations.list(alice, { limit: 10 });
      assert.deepEqual(
        conversations.map(({ title }) => title),
        ["two", "'; uno\u{1f600}"],
      );
    },
  ],
  [
    "3.6 the next question does not overwrite a title",
    async ({ storage }) => {
      const writer = await running(storage, { title: "one" });
      const { conversationId } = writer.run;
      await storage.conversations.rename(conversationId, alice, "by hand");
      await finished(storage, writer, finish());
      await asked(storage, { conversationId, title: "made of the text" });
      const found = await storage.conversations.get(conversationId, alice);
      assert.equal(found?.conversation.title, "by hand");
    },
  ],
  [
    "3.9 another's, a deleted and an unknown conversation cannot be renamed",
    async ({ storage }) => {
      const { conversationId } = await asked(storage, { title: "one" });
      assert.equal(await storage.conversations.rename(conversationId, "bob", "x"), null);
      assert.equal(await storage.conversations.rename(crypto.randomUUID(), alice, "x"), null);
      await storage.conversations.remove(conversationId, alice);
      assert.equal(await storage.conversations.rename(conversationId, alice, "x"), null);
      await storage.conversations.restore(conversationId, alice);
      const found = await storage.conversations.get(conversationId, alice);
      assert.equal(found?.conversation.title, "one");
    },
  ],
];
