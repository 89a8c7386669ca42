import assert from "node:assert/strict";
import { emptyQueue, type QuestionQueue, type QueuedQuestion } from "#lib/protocol/question-queue.ts";
import type { RunMeta } from "#lib/storage/run-store.ts";
import type { Storage } from "#lib/storage/storage.ts";
import { abort, finish } from "../../support/event-builders.ts";
import { alice, asked, claimed, createRunWriter, finished, metaOf, newRun, running } from "../scenario.ts";
import type { Case } from "../subject.ts";

const waiting = (text: string, more: Partial<QueuedQuestion> = {}): QueuedQuestion => ({
  ...{ id: crypto.randomUUID(), text, agent: "assistant", bodyHash: "hash" },
  ...more,
});

const queueOf = (version: number, ...questions: readonly QueuedQuestion[]): QuestionQueue => ({
  ...{ version, questions, left: [] },
});

const save = ({ conversations }: Storage, { conversationId }: RunMeta, queue: QuestionQueue) =>
  conversations.saveQueue(conversationId, alice, queue);
const read = ({ conversations }: Storage, { conversationId }: RunMeta) =>
  conversations.queue(conversationId, alice);
const dueIn = async ({ runs }: Storage) =>
  (await runs.dueQueues(100)).map(({ conversationId, userId }) => `${conversationId} ${userId}`);
const due = ({ conversationId }: RunMeta) => `${conversationId} ${alice}`;

/** A conversation whose only run has finished. */
async function idle(storage: Storage): Promise<RunMeta> {
  const writer = await running(storage);
  await finished(storage, writer, finish());
  return writer.run;
}

/** The run of a question, and the queue without it. */
const runOf = ({ conversationId }: RunMeta, { id, text, bodyHash }: QueuedQuestion, queue: QuestionQueue) =>
  newRun({ runId: id, conversationId, text, bodyHash, queue });

/** docs/protocol.md 3.16: what waits in a conversation to be asked. */
export const queueing: readonly Case[] = [
  [
    "3.16 a queue takes the place of the one that its writer has read, and of no other; a repeat is the same",
    async ({ storage }) => {
      const run = await asked(storage);
      assert.deepEqual(await read(storage, run), { queue: emptyQueue, run: await metaOf(storage, run) });
      const one = queueOf(
        1,
        waiting('"\ud83d\n\u0000{}" 中文'.repeat(1000), { model: "m", into: run.runId }),
      );
      for (const _ of [1, 2]) assert.equal(await save(storage, run, one), "saved");
      assert.deepEqual((await read(storage, run))?.queue, one);
      for (const version of [1, 3]) assert.equal(await save(storage, run, queueOf(version)), "changed");
      assert.deepEqual((await read(storage, run))?.queue, one);
      const pause = { runId: run.runId, userMessageId: run.userMessageId, status: "failed" } as const;
      const two: QuestionQueue = {
        ...queueOf(2, waiting("b")),
        ...{ pause, goesOnAfter: run.runId, left: [{ id: "c", how: "asked" }] },
      };
      assert.equal(await save(storage, run, two), "saved");
      assert.deepEqual((await read(storage, run))?.queue, two);
      const found = await storage.conversations.get(run.conversationId, alice);
      assert.deepEqual(found?.queue, two);
    },
  ],
  [
    "3.16 with it comes the run that is live, else the one that ended last",
    async ({ storage, advance }) => {
      const first = await idle(storage);
      assert.deepEqual((await read(storage, first))?.run, await metaOf(storage, first));
      await advance(1);
      const { conversationId } = first;
      const second = await asked(storage, { conversationId });
      assert.equal((await read(storage, first))?.run?.runId, second.runId);
      const writer = createRunWriter(second, await claimed(storage, second));
      await storage.runs.append(writer.lease, writer.begin(), 15_000);
      await storage.runs.requestStop(second.runId, alice);
      await finished(storage, writer, abort());
      const { run } = (await read(storage, first)) ?? assert.fail();
      assert.deepEqual([run?.runId, run?.status], [second.runId, "stopped"]);
    },
  ],
  [
    "3.16 nobody else has it, nor a conversation that is not there",
    async ({ storage }) => {
      const run = await asked(storage);
      const { conversations } = storage;
      for (const [id, user] of [
        [run.conversationId, "bob"],
        [crypto.randomUUID(), alice],
      ] as const) {
        assert.equal(await conversations.queue(id, user), null);
        assert.equal(await conversations.saveQueue(id, user, queueOf(1, waiting("a"))), null);
      }
      assert.deepEqual((await read(storage, run))?.queue, emptyQueue);
    },
  ],
  [
    "3.16 a question leaves the queue in the step that creates its run, and only the queue that was read",
    async ({ storage }) => {
      const run = await idle(storage);
      const [a, b] = [waiting("a"), waiting("b")];
      await save(storage, run, queueOf(1, a, b));
      const early = await storage.runs.createRun(runOf(run, a, queueOf(3, b)));
      assert.equal(early.kind, "stale");
      assert.equal(await storage.runs.run(a.id), null);
      const next = runOf(run, a, queueOf(2, b));
      assert.equal((await storage.runs.createRun(next)).kind, "created");
      assert.deepEqual((await read(storage, run))?.queue, queueOf(2, b));
      // Whoever asks it again finds it asked, whatever became of the queue.
      await save(storage, run, queueOf(3));
      assert.equal((await storage.runs.createRun(next)).kind, "exists");
      assert.deepEqual((await read(storage, run))?.queue, queueOf(3));
      const busy = await storage.runs.createRun(runOf(run, b, queueOf(4)));
      assert.equal(busy.kind, "busy");
      assert.deepEqual((await read(storage, run))?.queue, queueOf(3));
    },
  ],
  [
    "3.16 of several writers at once one counts, and a question is asked by one of several processes",
    async ({ storage, another }) => {
      const other = (await another?.()) ?? storage;
      for (let round = 0; round < 5; round += 1) {
        const run = await idle(storage);
        const question = waiting("a");
        const queues = [0, 1, 2, 3].map((nth) => queueOf(1, question, waiting(`${nth}`)));
        const saved = await Promise.all(queues.map((each, at) => save(at % 2 ? storage : other, run, each)));
        const won = queues.filter((_, at) => saved[at] === "saved");
        assert.equal(won.length, 1, saved.join());
        const { queue } = (await read(other, run)) ?? assert.fail();
        assert.deepEqual(queue, won[0]);
        const rest = queueOf(2, ...queue.questions.slice(1));
        const created = await Promise.all(
          [0, 1, 2].map((at) => (at % 2 ? storage : other).runs.createRun(runOf(run, question, rest))),
        );
        assert.deepEqual(created.map(({ kind }) => kind).toSorted(), ["created", "exists", "exists"]);
        assert.deepEqual((await read(storage, run))?.queue, rest);
      }
    },
  ],
  [
    "3.16 a sweep finds the queues that can be gone on with, and no others",
    async ({ storage, another }) => {
      const other = (await another?.()) ?? storage;
      const free = await idle(storage);
      const paused = await idle(storage);
      const emptied = await idle(storage);
      const marked = await asked(storage);
      const writer = await running(storage);
      for (const run of [free, emptied, writer.run]) await save(storage, run, queueOf(1, waiting("a")));
      const pause = { runId: paused.runId, userMessageId: paused.userMessageId, status: "failed" } as const;
      await save(storage, paused, { ...queueOf(1, waiting("a")), pause });
      await save(storage, marked, queueOf(1, waiting("a", { into: marked.runId })));
      await save(storage, emptied, queueOf(2));
      assert.deepEqual((await dueIn(other)).toSorted(), [due(free), due(marked)].toSorted());
      await finished(storage, writer, finish());
      assert.ok((await dueIn(other)).includes(due(writer.run)));
      assert.equal((await other.runs.dueQueues(1)).length, 1);
      await save(storage, paused, queueOf(2, waiting("a")));
      assert.ok((await dueIn(other)).includes(due(paused)));
    },
  ],
  [
    "3.16 the end of a run says whether questions wait, as often as it is asked",
    async ({ storage }) => {
      for (const questions of [[], [waiting("a")]]) {
        const writer = await running(storage);
        await save(storage, writer.run, queueOf(1, ...questions));
        const { events, end } = writer.end(finish());
        for (const kind of ["ok", "dup"]) {
          const reply = await storage.runs.finish(writer.lease, events, end);
          assert.deepEqual(
            [reply.kind === "ok" ? "ok" : "dup", reply.hasQueue],
            [kind, questions[0] && true],
          );
        }
      }
    },
  ],
  [
    "5.7 the queue of a deleted conversation asks nothing, comes back with it, and is purged with it",
    async ({ storage, advance }) => {
      const run = await idle(storage);
      const queue = queueOf(1, waiting("a"));
      await save(storage, run, queue);
      const { conversations, runs } = storage;
      await conversations.remove(run.conversationId, alice);
      assert.deepEqual(await dueIn(storage), []);
      assert.equal(await read(storage, run), null);
      assert.equal(await save(storage, run, queueOf(2)), null);
      const [question] = queue.questions;
      const late = await runs.createRun(runOf(run, question ?? assert.fail(), queueOf(2)));
      assert.equal(late.kind, "gone");
      await conversations.restore(run.conversationId, alice);
      assert.deepEqual((await read(storage, run))?.queue, queue);
      assert.deepEqual(await dueIn(storage), [due(run)]);
      await conversations.remove(run.conversationId, alice);
      await advance(60_000);
      assert.equal(await runs.trim(), 1);
      assert.deepEqual(await dueIn(storage), []);
    },
  ],
];
