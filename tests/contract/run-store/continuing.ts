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
  createPen,
  finished,
  leaseMs,
  metaOf,
  newRun,
  type Pen,
  running,
} from "../scenario.ts";
import type { Case } from "../subject.ts";

/** docs/protocol.md 3.1: going on with an answer that broke off. */
export const continuing: readonly Case[] = [
  [
    "3.1 a run that continues another writes its message, answers its question and names it; nothing is added yet",
    async ({ storage }) => {
      const { run: first } = await brokenOff(storage, "It ");
      const before = await messagesOf(storage, first);
      const wish = wishToContinue(first);
      const run = await asked(storage, wish);
      assert.deepEqual(
        [run.messageId, run.userMessageId, run.parentRunId],
        [first.messageId, first.userMessageId, first.runId],
      );
      assert.notEqual(run.messageId, wish.messageId);
      assert.equal(run.status, "queued");
      assert.deepEqual(await messagesOf(storage, first), before);
      const again = await storage.runs.createRun({ ...wish, messageId: crypto.randomUUID() });
      assert.deepEqual(again, { kind: "exists", run });
    },
  ],
  [
    "3.1 whatever broke an answer off, it can be continued; one that is complete cannot",
    async ({ storage }) => {
      const ends = [abort(), error(), interrupted(), finish("length")];
      for (const terminal of ends) {
        const { run } = await brokenOff(storage, "It ", terminal);
        assert.equal((await storage.runs.createRun(wishToContinue(run))).kind, "created");
      }
      for (const terminal of [finish("stop"), finish("content-filter")]) {
        const { run } = await brokenOff(storage, "It is 5.", terminal);
        const wish = wishToContinue(run);
        assert.deepEqual(await storage.runs.createRun(wish), { kind: "complete" });
        assert.equal(await storage.runs.run(wish.runId), null);
        assert.equal((await messagesOf(storage, run)).length, 2);
      }
    },
  ],
  [
    "3.1 an answer with a newer message, a sibling too, or one that was continued since, is stale",
    async ({ storage }) => {
      const old = await brokenOff(storage, "It ");
      const { conversationId, runId } = old.run;
      const retried = await running(storage, { conversationId, ask: { kind: "retry", retryRunId: runId } });
      await finished(storage, retried, abort());
      assert.deepEqual(await storage.runs.createRun(wishToContinue(old.run)), { kind: "stale" });
      const next = await goneOn(storage, retried.run, "is ", abort());
      assert.deepEqual(await storage.runs.createRun(wishToContinue(retried.run)), { kind: "stale" });
      const question = await asked(storage, { conversationId });
      assert.deepEqual((await storage.runs.createRun(wishToContinue(next.run))).kind, "busy");
      const pen = createPen(question, await claimed(storage, question));
      await storage.runs.append(pen.lease, pen.begin(), leaseMs);
      await finished(storage, pen, abort());
      assert.deepEqual(await storage.runs.createRun(wishToContinue(next.run)), { kind: "stale" });
    },
  ],
  [
    "3.1 a run to continue that is not of this conversation and owner is not found, and makes nothing",
    async ({ storage }) => {
      const { run } = await brokenOff(storage, "It ");
      const own = await brokenOff(storage, "It ", abort(), "bob");
      const wishes = [
        newRun({ ask: { kind: "continue", continueRunId: run.runId } }),
        { ...wishToContinue(run), userId: "bob" },
        { ...wishToContinue(run), conversationId: own.run.conversationId, userId: "bob" },
        { ...wishToContinue(run), ask: { kind: "continue" as const, continueRunId: crypto.randomUUID() } },
      ];
      for (const wish of wishes) {
        assert.deepEqual(await storage.runs.createRun(wish), { kind: "not-found" });
        assert.equal(await storage.runs.run(wish.runId), null);
      }
      assert.equal(await storage.conversations.get(wishes[0]?.conversationId ?? "", alice), null);
    },
  ],
  [
    "3.1 a live run is continued by nobody: the conversation is busy",
    async ({ storage }) => {
      const pen = await running(storage);
      const created = await storage.runs.createRun(wishToContinue(pen.run));
      assert.ok(created.kind === "busy");
      assert.equal(created.run.runId, pen.run.runId);
    },
  ],
  [
    "3.1 two continuations at once are one: the other finds the conversation busy",
    async ({ storage }) => {
      const { run } = await brokenOff(storage, "It ");
      const both = await Promise.all([1, 2].map(() => storage.runs.createRun(wishToContinue(run))));
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
      assert.equal((await storage.runs.createRun(wishToContinue(next.run))).kind, "complete");
    },
  ],
  [
    "3.1 a continuation that breaks off, even before its first word, keeps everything and can be continued",
    async ({ storage }) => {
      const first = await brokenOff(storage, "One ");
      const second = await goneOn(storage, first.run, "", error());
      const third = await goneOn(storage, second.run, "two ", abort());
      await goneOn(storage, third.run, "three", finish());
      const [, answer, ...more] = await messagesOf(storage, first.run);
      assert.ok(answer?.role === "assistant");
      assert.deepEqual([textOf(answer), more], ["One two three", []]);
    },
  ],
  [
    "3.1 one that never began to write, stopped while it was queued, leaves what was kept",
    async ({ storage }) => {
      const first = await brokenOff(storage, "One ");
      const run = await asked(storage, wishToContinue(first.run));
      await storage.runs.requestStop(run.runId, alice);
      const pen = createPen(run, await claimed(storage, run));
      await storage.runs.append(pen.lease, pen.write(startOf(run)), leaseMs);
      await finished(storage, pen, abort());
      const [, answer] = await messagesOf(storage, run);
      assert.ok(answer?.role === "assistant");
      assert.deepEqual([textOf(answer), answer.runId], ["One ", run.runId]);
      assert.equal((await metaOf(storage, run)).status, "stopped");
    },
  ],
];

const wishToContinue = ({ runId, conversationId, userId }: RunMeta) =>
  newRun({ conversationId, userId, ask: { kind: "continue", continueRunId: runId } });

/** A run of a new conversation that wrote `text` and then ended so. */
async function brokenOff(
  storage: Storage,
  text: string,
  terminal: TerminalBody = abort(),
  userId = alice,
): Promise<Pen> {
  const pen = await running(storage, { userId });
  await storage.runs.append(pen.lease, pen.say(text), leaseMs);
  await finished(storage, pen, terminal);
  return pen;
}

/** A run that continues another and has written `text`. */
async function continued(storage: Storage, from: RunMeta, text: string): Promise<Pen> {
  const run = await asked(storage, wishToContinue(from));
  const pen = createPen(run, await claimed(storage, run));
  const events = pen.write(startOf(run), ...(text ? [startStep(), textStart()] : []));
  await storage.runs.append(pen.lease, events, leaseMs);
  if (text) await storage.runs.append(pen.lease, pen.say(text), leaseMs);
  return pen;
}

async function goneOn(storage: Storage, from: RunMeta, text: string, terminal: TerminalBody): Promise<Pen> {
  const pen = await continued(storage, from, text);
  await finished(storage, pen, terminal);
  return pen;
}

const startOf = ({ conversationId, messageId, userMessageId, parentRunId }: RunMeta) =>
  start({ conversationId, messageId, userMessageId, ...(parentRunId !== undefined && { parentRunId }) });

async function messagesOf(storage: Storage, { conversationId, userId }: RunMeta) {
  return (await storage.conversations.get(conversationId, userId))?.messages ?? [];
}

const textOf = ({ parts }: AssistantMessage): string =>
  parts.map((part) => ("text" in part ? part.text : "")).join("");
