import assert from "node:assert/strict";
import type { AssistantMessage } from "#lib/protocol/message.ts";
import type { TerminalBody } from "#lib/protocol/run-event.ts";
import type { RunMeta } from "#lib/storage/run-store.ts";
import type { Storage } from "#lib/storage/storage.ts";
import {
  abort,
  error,
  finish,
  interrupted,
  start,
  startStep,
  textStart,
} from "../../support/event-builders.ts";
import {
  alice,
  asked,
  claimed,
  createRunWriter,
  finished,
  leaseMs,
  metaOf,
  newRun,
  type RunWriter,
  running,
} from "../scenario.ts";
import type { Case } from "../subject.ts";

/** docs/protocol.md 3.1: continuing an incomplete answer. */
export const continuing: readonly Case[] = [
  [
    "3.1 a run that continues another writes its message, answers its question and names it; nothing is added yet",
    async ({ storage }) => {
      const { run: first } = await brokenOff(storage, "It ");
      const before = await messagesOf(storage, first);
      const fields = fieldsToContinue(first);
      const run = await asked(storage, fields);
      assert.deepEqual(
        [run.messageId, run.userMessageId, run.parentRunId],
        [first.messageId, first.userMessageId, first.runId],
      );
      assert.notEqual(run.messageId, fields.messageId);
      assert.equal(run.status, "queued");
      assert.deepEqual(await messagesOf(storage, first), before);
      const again = await storage.runs.createRun({ ...fields, messageId: crypto.randomUUID() });
      assert.deepEqual(again, { kind: "exists", run });
    },
  ],
  [
    "3.1 whatever broke an answer off, it can be continued; one that is complete only for one of its calls",
    async ({ storage }) => {
      const ends = [abort(), error(), interrupted(), finish("length")];
      for (const terminal of ends) {
        const { run } = await brokenOff(storage, "It ", terminal);
        assert.equal((await storage.runs.createRun(fieldsToContinue(run))).kind, "created");
      }
      for (const terminal of [finish("stop"), finish("content-filter")]) {
        const { run } = await brokenOff(storage, "It is 5.", terminal);
        const fields = fieldsToContinue(run);
        assert.deepEqual(await storage.runs.createRun(fields), { kind: "complete" });
        assert.equal(await storage.runs.run(fields.runId), null);
        assert.equal((await messagesOf(storage, run)).length, 2);
        const asWhole = { ...fields.ask, isWhole: true } as const;
        const created = await storage.runs.createRun({ ...fields, ask: asWhole });
        assert.deepEqual(
          [created.kind, "run" in created && created.run.messageId],
          ["created", run.messageId],
        );
      }
    },
  ],
  [
    "3.1 an answer that a question was asked under, or that was continued since, is stale",
    async ({ storage }) => {
      const old = await brokenOff(storage, "It ");
      const { conversationId, runId } = old.run;
      const retried = await running(storage, { conversationId, ask: { kind: "retry", retryRunId: runId } });
      await finished(storage, retried, abort());
      const next = await continuedToEnd(storage, retried.run, "is ", abort());
      assert.deepEqual(await storage.runs.createRun(fieldsToContinue(retried.run)), { kind: "stale" });
      const question = await asked(storage, { conversationId, parentMessageId: next.run.messageId });
      assert.deepEqual((await storage.runs.createRun(fieldsToContinue(next.run))).kind, "busy");
      const writer = createRunWriter(question, await claimed(storage, question));
      await storage.runs.append(writer.lease, writer.begin(), leaseMs);
      await finished(storage, writer, abort());
      assert.deepEqual(await storage.runs.createRun(fieldsToContinue(next.run)), { kind: "stale" });
    },
  ],
  [
    "3.1 a run to continue that is not of this conversation and user is not found, and makes nothing",
    async ({ storage }) => {
      const { run } = await brokenOff(storage, "It ");
      const own = await brokenOff(storage, "It ", abort(), "bob");
      const refused = [
        newRun({ ask: { kind: "continue", continueRunId: run.runId } }),
        { ...fieldsToContinue(run), userId: "bob" },
        { ...fieldsToContinue(run), conversationId: own.run.conversationId, userId: "bob" },
        { ...fieldsToContinue(run), ask: { kind: "continue" as const, continueRunId: crypto.randomUUID() } },
      ];
      for (const fields of refused) {
        assert.deepEqual(await storage.runs.createRun(fields), { kind: "not-found" });
        assert.equal(await storage.runs.run(fields.runId), null);
      }
      assert.equal(await storage.conversations.get(refused[0]?.conversationId ?? "", alice), null);
    },
  ],
  [
    "3.1 a live run is continued by nobody: the conversation is busy",
    async ({ storage }) => {
      const writer = await running(storage);
      const created = await storage.runs.createRun(fieldsToContinue(writer.run));
      assert.ok(created.kind === "busy");
      assert.equal(created.run.runId, writer.run.runId);
    },
  ],
  [
    "3.1 two continuations at once are one: the other finds the conversation busy",
    async ({ storage }) => {
      const { run } = await brokenOff(storage, "It ");
      const both = await Promise.all([1, 2].map(() => storage.runs.createRun(fieldsToContinue(run))));
      assert.deepEqual(both.map(({ kind }) => kind).sort(), ["busy", "created"]);
    },
  ],
  [
    "5.6 the end of a continuation joins both in one message, at its place, and a repeat joins nothing twice",
    async ({ storage, advance }) => {
      const first = await brokenOff(storage, "It ");
      const [, kept] = await messagesOf(storage, first.run);
      await advance(1000);
      const next = await continued(storage, first.run, "is 5.");
      const { events, end } = next.end(finish());
      const finishing = [1, 2].map(() => storage.runs.finish(next.lease, events, end));
      const kinds = (await Promise.all(finishing)).map(({ kind }) => kind);
      assert.deepEqual(kinds.sort(), ["dup", "ok"]);
      assert.equal((await storage.runs.finish(next.lease, events, end)).kind, "dup");
      const [question, answer, ...more] = await messagesOf(storage, first.run);
      assert.deepEqual([question?.role, more], ["user", []]);
      assert.ok(answer?.role === "assistant");
      assert.deepEqual([answer.id, answer.runId], [kept?.id, next.run.runId]);
      assert.deepEqual([answer.createdAt, answer.ending?.type], [kept?.createdAt, "finish"]);
      assert.equal(textOf(answer), "It is 5.");
      assert.equal((await storage.runs.createRun(fieldsToContinue(next.run))).kind, "complete");
    },
  ],
  [
    "3.1 a continuation that breaks off, even before its first word, keeps everything and can be continued",
    async ({ storage }) => {
      const first = await brokenOff(storage, "One ");
      const second = await continuedToEnd(storage, first.run, "", error());
      const third = await continuedToEnd(storage, second.run, "two ", abort());
      await continuedToEnd(storage, third.run, "three", finish());
      const [, answer, ...more] = await messagesOf(storage, first.run);
      assert.ok(answer?.role === "assistant");
      assert.deepEqual([textOf(answer), more], ["One two three", []]);
    },
  ],
  [
    "3.1 one that never began to write, stopped while it was queued, leaves what was kept",
    async ({ storage }) => {
      const first = await brokenOff(storage, "One ");
      const run = await asked(storage, fieldsToContinue(first.run));
      await storage.runs.requestStop(run.runId, alice);
      const writer = createRunWriter(run, await claimed(storage, run));
      await storage.runs.append(writer.lease, writer.write(startOf(run)), leaseMs);
      await finished(storage, writer, abort());
      const [, answer] = await messagesOf(storage, run);
      assert.ok(answer?.role === "assistant");
      assert.deepEqual([textOf(answer), answer.runId], ["One ", run.runId]);
      assert.equal((await metaOf(storage, run)).status, "stopped");
    },
  ],
];

function fieldsToContinue({ runId, conversationId, userId }: RunMeta) {
  const ask = { kind: "continue", continueRunId: runId } as const;
  return { ...newRun({ conversationId, userId, ask }), ask };
}

/** A run of a new conversation that wrote `text` and then ended so. */
async function brokenOff(
  storage: Storage,
  text: string,
  terminal: TerminalBody = abort(),
  userId = alice,
): Promise<RunWriter> {
  const writer = await running(storage, { userId });
  await storage.runs.append(writer.lease, writer.say(text), leaseMs);
  await finished(storage, writer, terminal);
  return writer;
}

/** A run that continues another and has written `text`. */
async function continued(storage: Storage, from: RunMeta, text: string): Promise<RunWriter> {
  const run = await asked(storage, fieldsToContinue(from));
  const writer = createRunWriter(run, await claimed(storage, run));
  const events = writer.write(startOf(run), ...(text ? [startStep(), textStart()] : []));
  await storage.runs.append(writer.lease, events, leaseMs);
  if (text) await storage.runs.append(writer.lease, writer.say(text), leaseMs);
  return writer;
}

async function continuedToEnd(
  storage: Storage,
  from: RunMeta,
  text: string,
  terminal: TerminalBody,
): Promise<RunWriter> {
  const writer = await continued(storage, from, text);
  await finished(storage, writer, terminal);
  return writer;
}

const startOf = ({ conversationId, messageId, userMessageId, parentRunId }: RunMeta) =>
  start({ conversationId, messageId, userMessageId, ...(parentRunId !== undefined && { parentRunId }) });

async function messagesOf(storage: Storage, { conversationId, userId }: RunMeta) {
  return (await storage.conversations.get(conversationId, userId))?.messages ?? [];
}

const textOf = ({ parts }: AssistantMessage): string =>
  parts.map((part) => ("text" in part ? part.text : "")).join("");
