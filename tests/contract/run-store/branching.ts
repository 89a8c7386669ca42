import assert from "node:assert/strict";
import { type Choices, pickBy } from "#lib/protocol/choices.ts";
import { shownPath } from "#lib/protocol/shown-path.ts";
import type { RunMeta } from "#lib/storage/run-store.ts";
import type { Storage } from "#lib/storage/storage.ts";
import { abort, error, finish } from "../../support/event-builders.ts";
import { alice, finished, leaseMs, newRun, type RunWriter, running } from "../scenario.ts";
import type { Case } from "../subject.ts";

/** docs/protocol.md 3.1, lib/storage/core/branch-rules.ts: questions in several versions. */
export const branching: readonly Case[] = [
  [
    "3.1 with what was seen, a question may begin a branch under any answer or none; nothing is overwritten",
    async ({ storage }) => {
      const { conversationId, first, second } = await twoTurns(storage);
      const seen = second.run.messageId;
      const edited = await running(storage, ask(conversationId, first.run.messageId, seen));
      await finished(storage, edited, finish());
      const anew = await running(storage, ask(conversationId, null, edited.run.messageId));
      await finished(storage, anew, finish());
      const found = await storage.conversations.get(conversationId, alice);
      const parents = new Map(found?.messages.map(({ id, parentId }) => [id, parentId]));
      assert.equal(parents.size, 8);
      assert.deepEqual(
        [second, edited, anew].map(({ run }) => parents.get(run.userMessageId)),
        [first.run.messageId, first.run.messageId, null],
      );
      assert.deepEqual(await shownIn(storage, conversationId), idsOf(anew));
    },
  ],
  [
    "3.1 what was asked meanwhile makes a branch stale too, and a repeated one is the same",
    async ({ storage }) => {
      const { conversationId, first, second } = await twoTurns(storage);
      const stale = ask(conversationId, first.run.messageId, first.run.messageId);
      assert.deepEqual(await storage.runs.createRun(newRun(stale)), { kind: "stale" });
      for (const [parentMessageId, seen] of [
        [first.run.messageId, null],
        [null, null],
        [second.run.userMessageId, second.run.messageId],
        [crypto.randomUUID(), second.run.messageId],
      ] as const) {
        const refused = newRun(ask(conversationId, parentMessageId, seen));
        assert.deepEqual(await storage.runs.createRun(refused), { kind: "stale" });
      }
      const fields = newRun(ask(conversationId, first.run.messageId, second.run.messageId));
      assert.equal((await storage.runs.createRun(fields)).kind, "created");
      assert.equal((await storage.runs.createRun(fields)).kind, "exists");
      const nowhere = newRun(ask(crypto.randomUUID(), null, second.run.messageId));
      assert.deepEqual(await storage.runs.createRun(nowhere), { kind: "stale" });
    },
  ],
  [
    "3.1 two that branch off at once are asked one after the other, and both are kept",
    async ({ storage, another }) => {
      const other = another ? await another() : storage;
      const { conversationId, first, second } = await twoTurns(storage);
      const seen = second.run.messageId;
      const both = [storage, other].map((each) =>
        each.runs.createRun(newRun(ask(conversationId, first.run.messageId, seen))),
      );
      const kinds = (await Promise.all(both)).map(({ kind }) => kind).sort();
      assert.deepEqual(kinds, ["busy", "created"]);
    },
  ],
  [
    "3.1 a question is read from then on, whatever was chosen on the way; choices elsewhere stay",
    async ({ storage, another }) => {
      const other = another ? await another() : storage;
      const { conversationId, first, second } = await twoTurns(storage);
      const edited = await running(storage, ask(conversationId, null, second.run.messageId));
      await finished(storage, edited, finish());
      const again = await retried(storage, edited.run);
      await storage.conversations.choose(conversationId, alice, edited.run.messageId);
      await other.conversations.choose(conversationId, alice, first.run.userMessageId);
      assert.deepEqual(await shownIn(storage, conversationId), [...idsOf(first), ...idsOf(second)]);
      // Without a parent it joins what is read, not the newest.
      const next = await running(storage, { conversationId });
      await finished(storage, next, finish());
      assert.deepEqual(await shownIn(other, conversationId), [first, second, next].flatMap(idsOf));
      await storage.conversations.choose(conversationId, alice, edited.run.userMessageId);
      assert.deepEqual(await shownIn(storage, conversationId), idsOf(edited));
      const behind = await running(storage, ask(conversationId, again.run.messageId));
      await finished(storage, behind, finish());
      assert.deepEqual(await shownIn(storage, conversationId), [
        ...[again.run.userMessageId, again.run.messageId],
        ...idsOf(behind),
      ]);
    },
  ],
  [
    "3.1 a chosen answer that is asked for again stays chosen until the new one is whole",
    async ({ storage }) => {
      const first = await written(storage, await running(storage));
      const { conversationId, messageId } = first.run;
      await retried(storage, first.run);
      await storage.conversations.choose(conversationId, alice, messageId);
      await retried(storage, first.run, error());
      assert.equal((await shownIn(storage, conversationId)).at(-1), messageId);
      const better = await retried(storage, first.run);
      assert.equal((await shownIn(storage, conversationId)).at(-1), better.run.messageId);
    },
  ],
  [
    "3.1 an answer is asked for again, or continued, on another way than the newest: that is read from then on",
    async ({ storage }) => {
      const first = await written(storage, await running(storage), abort());
      const { conversationId, runId, messageId } = first.run;
      const edited = await running(storage, ask(conversationId, null, messageId));
      await finished(storage, edited, finish());
      const goesOn = await running(storage, {
        conversationId,
        ask: { kind: "continue", continueRunId: runId },
      });
      assert.deepEqual(await shownIn(storage, conversationId), idsOf(first));
      await finished(storage, goesOn, finish());
      assert.deepEqual(await shownIn(storage, conversationId), idsOf(first));
      const again = await retried(storage, edited.run);
      assert.deepEqual(await shownIn(storage, conversationId), idsOf(again));
    },
  ],
];

/** A question under `parentMessageId`, asked by whoever has seen the conversation up to `seen`. */
const ask = (conversationId: string, parentMessageId: string | null, seen?: string | null) => {
  const message = { id: crypto.randomUUID(), text: "edited" };
  const at = { parentMessageId, ...(seen !== undefined && { seen }) };
  return { conversationId, ask: { kind: "message", message, ...at } } as const;
};

async function twoTurns(storage: Storage) {
  const first = await written(storage, await running(storage));
  const { conversationId } = first.run;
  return {
    conversationId,
    first,
    second: await written(storage, await running(storage, { conversationId })),
  };
}

async function retried(storage: Storage, { conversationId, runId }: RunMeta, terminal = finish()) {
  const run = await running(storage, { conversationId, ask: { kind: "retry", retryRunId: runId } });
  return written(storage, run, terminal);
}

async function written(storage: Storage, writer: RunWriter, terminal = finish()): Promise<RunWriter> {
  await storage.runs.append(writer.lease, writer.say("words"), leaseMs);
  await finished(storage, writer, terminal);
  return writer;
}

const idsOf = ({ run }: RunWriter): string[] => [run.userMessageId, run.messageId];

/** The ids of what is read, as every page and the next question see it. */
async function shownIn(storage: Storage, conversationId: string): Promise<string[]> {
  const found = await storage.conversations.get(conversationId, alice);
  const choices: Choices = found?.choices ?? {};
  return shownPath(found?.messages ?? [], pickBy(choices)).map(({ id }) => id);
}
