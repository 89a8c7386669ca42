import assert from "node:assert/strict";
import type { TerminalBody } from "#lib/protocol/run-event.ts";
import { shownPath } from "#lib/protocol/shown-path.ts";
import type { RunMeta } from "#lib/storage/run-store.ts";
import type { Storage } from "#lib/storage/storage.ts";
import { abort, error, finish, interrupted } from "../../support/event-builders.ts";
import {
  alice,
  asked,
  claimed,
  createRunWriter,
  finished,
  leaseMs,
  newRun,
  type RunWriter,
  running,
} from "../scenario.ts";
import type { Case } from "../subject.ts";

/** Whatever keeps an answer from being whole. */
const stumps: readonly TerminalBody[] = [
  abort(),
  error("provider-failed"),
  error("context-too-long"),
  interrupted(),
  finish("length"),
  finish("content-filter"),
];

/** docs/protocol.md 3.1: which of several answers a question joins. */
export const joining: readonly Case[] = [
  [
    "3.1 a question without a parent joins the whole answer, whatever became of the newer ones beside it",
    async ({ storage }) => {
      for (const stump of stumps) {
        for (const text of ["", "half"]) {
          const good = await answered(storage, "good", finish());
          for (const _ of [1, 2]) await again(storage, good.run, text, stump);
          const next = await asked(storage, { conversationId: good.run.conversationId });
          assert.equal(await parentOf(storage, next), good.run.messageId, `${stump.type} "${text}"`);
        }
      }
    },
  ],
  [
    "3.1 a newer whole answer takes the place of the one before it",
    async ({ storage }) => {
      const good = await answered(storage, "good", finish());
      const better = await again(storage, good.run, "better", finish());
      await again(storage, good.run, "", abort());
      const next = await asked(storage, { conversationId: good.run.conversationId });
      assert.equal(await parentOf(storage, next), better.run.messageId);
    },
  ],
  [
    "3.1 a question joins the answer that it names, if nothing was asked under that yet",
    async ({ storage }) => {
      const one = await answered(storage, "one", finish());
      const { conversationId } = one.run;
      const two = await again(storage, one.run, "two", finish());
      const three = await again(storage, one.run, "three", error());
      for (const { run } of [one, three, two]) {
        const fields = newRun({ conversationId, parentMessageId: run.messageId });
        const created = await storage.runs.createRun(fields);
        assert.ok(created.kind === "created");
        assert.equal(await parentOf(storage, created.run), run.messageId);
        assert.equal((await storage.runs.createRun(fields)).kind, "exists");
        const writer = createRunWriter(created.run, await claimed(storage, created.run));
        await storage.runs.append(writer.lease, writer.begin(), leaseMs);
        await finished(storage, writer, finish());
        const stale = newRun({ conversationId, parentMessageId: run.messageId });
        assert.deepEqual(await storage.runs.createRun(stale), { kind: "stale" });
      }
    },
  ],
  [
    "3.1 the answer that a question joins is the newest of its siblings for a build that shows the newest",
    async ({ storage }) => {
      const good = await answered(storage, "good", finish());
      const { conversationId, userMessageId, messageId } = good.run;
      const stump = await again(storage, good.run, "half", abort());
      const next = await asked(storage, { conversationId, parentMessageId: messageId });
      const order = await messagesOf(storage, good.run);
      assert.deepEqual(
        order.map(({ id }) => id),
        [userMessageId, stump.run.messageId, messageId, next.userMessageId],
      );
      assert.deepEqual(
        shownPath(order).map(({ id }) => id),
        [userMessageId, messageId, next.userMessageId],
      );
    },
  ],
  [
    "3.1 an answer that something was asked under is not written again: it would hide what came after",
    async ({ storage }) => {
      const first = await answered(storage, "first", finish());
      const { conversationId, messageId, runId } = first.run;
      const beside = await again(storage, first.run, "beside", finish());
      const later = await running(storage, { conversationId, parentMessageId: messageId });
      await finished(storage, later, finish());
      const retry = (retryRunId: string) => newRun({ conversationId, ask: { kind: "retry", retryRunId } });
      assert.deepEqual(await storage.runs.createRun(retry(runId)), { kind: "stale" });
      for (const { run } of [later, beside])
        await finished(storage, await running(storage, retry(run.runId)), finish());
      assert.deepEqual(await storage.runs.createRun(retry(runId)), { kind: "stale" });
    },
  ],
  [
    "3.1 of several answers that broke off any can be continued, and keeps what it has",
    async ({ storage }) => {
      const first = await answered(storage, "It ", abort());
      const { conversationId, messageId, runId } = first.run;
      await again(storage, first.run, "", error());
      const ask = { kind: "continue", continueRunId: runId } as const;
      const next = await running(storage, { conversationId, ask });
      assert.deepEqual([next.run.messageId, next.run.parentRunId], [messageId, runId]);
      await finished(storage, next, finish());
      const answers = (await messagesOf(storage, first.run)).filter(({ role }) => role === "assistant");
      assert.equal(answers.length, 2);
      assert.equal(answers.at(-1)?.id, messageId);
    },
  ],
];

/** A run of a new conversation that wrote `text` and then ended so. */
async function answered(storage: Storage, text: string, terminal: TerminalBody): Promise<RunWriter> {
  return written(storage, await running(storage), text, terminal);
}

async function again(
  storage: Storage,
  { conversationId, runId }: RunMeta,
  text: string,
  terminal: TerminalBody,
): Promise<RunWriter> {
  const ask = { kind: "retry", retryRunId: runId } as const;
  return written(storage, await running(storage, { conversationId, ask }), text, terminal);
}

async function written(
  storage: Storage,
  writer: RunWriter,
  text: string,
  terminal: TerminalBody,
): Promise<RunWriter> {
  if (text) await storage.runs.append(writer.lease, writer.say(text), leaseMs);
  await finished(storage, writer, terminal);
  return writer;
}

const messagesOf = async (storage: Storage, { conversationId }: RunMeta) =>
  (await storage.conversations.get(conversationId, alice))?.messages ?? [];

const parentOf = async (storage: Storage, run: RunMeta) =>
  (await messagesOf(storage, run)).find(({ id }) => id === run.userMessageId)?.parentId;
