import assert from "node:assert/strict";
import { finish } from "../../support/event-builders.ts";
import { alice, asked, finished, metaOf, newRun, running } from "../scenario.ts";
import type { Case } from "../subject.ts";

/** docs/protocol.md 3.1, 3.9, 5.6, 5.7: asking for a run. */
export const creating: readonly Case[] = [
  [
    "3.1 a new run is queued in one step with its user message, its conversation and `active`",
    async ({ storage }) => {
      const fields = newRun({ text: "How are you?", model: "m", parentRunId: crypto.randomUUID() });
      const created = await storage.runs.createRun(fields);
      assert.ok(created.kind === "created");
      const { runId, conversationId, messageId, parentRunId } = fields;
      const { createdAt, userMessageId, ...run } = created.run;
      assert.deepEqual(run, {
        ...{ runId, conversationId, userId: alice, messageId, parentRunId, agent: "assistant", model: "m" },
        ...{ status: "queued", epoch: 0, head: 0, leaseUntil: 0, continuations: 0, deleted: false },
      });
      const found = await storage.conversations.get(conversationId, alice);
      assert.equal(found?.conversation.activeRunId, runId);
      assert.deepEqual(found.messages, [
        { id: userMessageId, parentId: null, runId, role: "user", createdAt, text: "How are you?" },
      ]);
      assert.deepEqual(found.active?.run, created.run);
    },
  ],
  [
    "3.1 the same run id and body again attaches to the run, live or over, and stores nothing twice",
    async ({ storage }) => {
      const writer = await running(storage, { runId: crypto.randomUUID() });
      const again = newRun({ runId: writer.run.runId, conversationId: writer.run.conversationId });
      const live = await storage.runs.createRun(again);
      assert.ok(live.kind === "exists");
      assert.equal(live.run.head, 3);
      await finished(storage, writer, finish());
      const over = await storage.runs.createRun(again);
      assert.ok(over.kind === "exists");
      assert.equal(over.run.status, "finished");
      const found = await storage.conversations.get(writer.run.conversationId, alice);
      assert.equal(found?.messages.length, 2);
    },
  ],
  [
    "3.1 the same run sent twice at once is created once",
    async ({ storage }) => {
      const fields = newRun();
      const both = await Promise.all([storage.runs.createRun(fields), storage.runs.createRun(fields)]);
      assert.deepEqual(both.map(({ kind }) => kind).sort(), ["created", "exists"]);
    },
  ],
  [
    "3.1 a run id with another body or conversation is a conflict",
    async ({ storage }) => {
      const run = await asked(storage);
      const otherBody = { runId: run.runId, conversationId: run.conversationId, bodyHash: "other" };
      const { kind } = await storage.runs.createRun(newRun(otherBody));
      assert.equal(kind, "conflict");
      const elsewhere = await storage.runs.createRun(newRun({ runId: run.runId }));
      assert.equal(elsewhere.kind, "conflict");
    },
  ],
  [
    "3.9 another user's run id and another user's conversation are not found",
    async ({ storage }) => {
      const run = await asked(storage);
      const { runId, conversationId } = run;
      for (const theirs of [{ runId, conversationId }, { runId }, { conversationId }]) {
        assert.deepEqual(await storage.runs.createRun(newRun({ ...theirs, userId: "bob" })), {
          kind: "not-found",
        });
      }
      assert.deepEqual(await metaOf(storage, run), run);
    },
  ],
  [
    "3.1 a conversation with a live run answers busy with that run, and is free once it is over",
    async ({ storage }) => {
      const writer = await running(storage);
      const { conversationId, runId } = writer.run;
      const busy = await storage.runs.createRun(newRun({ conversationId }));
      assert.ok(busy.kind === "busy");
      assert.equal(busy.run.runId, runId);
      await storage.runs.requestStop(runId, alice);
      assert.equal((await storage.runs.createRun(newRun({ conversationId }))).kind, "busy");
      await storage.runs.requestStop((await asked(storage)).runId, alice);
      const other = await running(storage);
      await finished(storage, other, finish());
      await asked(storage, { conversationId: other.run.conversationId });
    },
  ],
  [
    "3.1 of two runs asked for at once in one conversation one is created, the other is busy",
    async ({ storage }) => {
      const conversationId = crypto.randomUUID();
      const questions = [newRun({ conversationId }), newRun({ conversationId })];
      const both = await Promise.all(questions.map((fields) => storage.runs.createRun(fields)));
      assert.deepEqual(both.map(({ kind }) => kind).sort(), ["busy", "created"]);
      const found = await storage.conversations.get(conversationId, alice);
      assert.equal(found?.messages.length, 1);
    },
  ],
  [
    "3.1 a question joins the history under the newest message",
    async ({ storage }) => {
      const writer = await running(storage);
      const { conversationId, messageId } = writer.run;
      await finished(storage, writer, finish());
      await asked(storage, { conversationId, text: "And you?", parentMessageId: messageId });
      const found = await storage.conversations.get(conversationId, alice);
      const parents = found?.messages.map(({ id, parentId }) => [id, parentId]);
      const [question, , next] = found?.messages ?? [];
      assert.deepEqual(parents, [
        [question?.id, null],
        [messageId, question?.id],
        [next?.id, messageId],
      ]);
    },
  ],
  [
    "3.1 a question to an older state of the conversation is stale, and makes nothing",
    async ({ storage }) => {
      const writer = await running(storage);
      const { conversationId, userMessageId } = writer.run;
      await finished(storage, writer, finish());
      for (const parentMessageId of [null, userMessageId, crypto.randomUUID()]) {
        const created = await storage.runs.createRun(newRun({ conversationId, parentMessageId }));
        assert.deepEqual(created, { kind: "stale" });
      }
      const found = await storage.conversations.get(conversationId, alice);
      assert.equal(found?.messages.length, 2);
      const unseen = newRun({ parentMessageId: crypto.randomUUID() });
      assert.deepEqual(await storage.runs.createRun(unseen), { kind: "stale" });
      assert.equal(await storage.conversations.get(unseen.conversationId, alice), null);
      await asked(storage, { parentMessageId: null });
    },
  ],
  [
    "3.1 a retry answers the same user message again: a sibling, nothing is overwritten",
    async ({ storage }) => {
      const first = await running(storage);
      const { conversationId, userMessageId, runId } = first.run;
      await finished(storage, first, finish());
      const second = await running(storage, { conversationId, ask: { kind: "retry", retryRunId: runId } });
      assert.equal(second.run.userMessageId, userMessageId);
      await finished(storage, second, finish());
      const found = await storage.conversations.get(conversationId, alice);
      const shape = found?.messages.map(({ id, parentId, runId: by }) => [id, parentId, by]);
      assert.deepEqual(shape, [
        [userMessageId, null, runId],
        [first.run.messageId, userMessageId, runId],
        [second.run.messageId, userMessageId, second.run.runId],
      ]);
    },
  ],
  [
    "3.1 a retry of a run that is not of this conversation is not found, and makes nothing",
    async ({ storage }) => {
      const { runId } = await asked(storage);
      const theirs = await asked(storage, { userId: "bob" });
      for (const retryRunId of [runId, theirs.runId, crypto.randomUUID()]) {
        const fields = newRun({ ask: { kind: "retry", retryRunId } });
        assert.deepEqual(await storage.runs.createRun(fields), { kind: "not-found" });
        assert.equal(await storage.conversations.get(fields.conversationId, alice), null);
        assert.equal(await storage.runs.run(fields.runId), null);
      }
    },
  ],
  [
    "S46 titles and texts that look like commands or JSON come back as they were",
    async ({ storage }) => {
      const texts = [
        "DEL *",
        '{"v":2}',
        "'; drop table runs; --",
        "\0\u2028\r\n",
        "123",
        "null",
        "👩‍👩‍👧 é e\u0301",
        " ",
      ];
      for (const text of texts) {
        const { conversationId } = await asked(storage, { text, title: text });
        const found = await storage.conversations.get(conversationId, alice);
        assert.equal(found?.conversation.title, text);
        assert.deepEqual(
          found.messages.map((message) => message.role === "user" && message.text),
          [text],
        );
      }
    },
  ],
];
