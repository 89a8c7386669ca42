import assert from "node:assert/strict";
import { maxUnreadMessages } from "#lib/storage/core/inbox-rules.ts";
import type { SentMessage } from "#lib/storage/run-store.ts";
import type { Storage } from "#lib/storage/storage.ts";
import { abort, error, finish, interrupted } from "../../support/event-builders.ts";
import {
  alice,
  asked,
  createRunWriter,
  finished,
  holder,
  leaseMs,
  metaOf,
  type RunWriter,
  running,
} from "../scenario.ts";
import type { Case } from "../subject.ts";

const message = (messageId: string, text = `text of ${messageId}`): SentMessage => ({
  messageId,
  text,
  by: alice,
});
const [one, two] = [message("one"), message("two", '"\ud83d\n\u0000{}" 中文')];

async function send(
  storage: Storage,
  { runId }: { runId: string },
  sent: SentMessage,
): Promise<string | undefined> {
  return (await storage.runs.sendMessage(runId, sent))?.kind;
}

/** What `finish` says to an end of the writer that is not taken up. */
async function triedToEnd(
  storage: Storage,
  { run, lease, state }: RunWriter,
  leavesMessages?: boolean,
): Promise<unknown> {
  const { events, end } = createRunWriter(run, lease, state).end(finish());
  const reply = await storage.runs.finish(lease, events, {
    ...end,
    ...(leavesMessages !== undefined && { leavesMessages }),
  });
  return [reply.kind, reply.messages];
}

/** docs/protocol.md 3.10: messages into a live run. */
export const steering: readonly Case[] = [
  [
    "3.10 a message is recorded once by its id, in any live state of the run; the same id with another text is refused",
    async ({ storage }) => {
      assert.equal(await storage.runs.sendMessage(crypto.randomUUID(), one), null);
      const queued = await asked(storage);
      const live = (await running(storage)).run;
      const waiting = await running(storage);
      await storage.runs.suspend(waiting.lease, "waiting");
      for (const run of [queued, live, waiting.run]) {
        const { status } = await metaOf(storage, run);
        const sent = await Promise.all([1, 2, 3].map(() => send(storage, run, one)));
        assert.deepEqual(sent, ["sent", "sent", "sent"]);
        assert.equal(await send(storage, run, message("one", "another")), "conflict");
        const meta = await metaOf(storage, run);
        // A message does not end the wait for a person.
        assert.deepEqual([meta.unread, meta.status], [1, status]);
        assert.deepEqual(await storage.runs.sendMessage(run.runId, one), { kind: "sent", run: meta });
      }
      assert.equal((await storage.runs.suspend(waiting.lease, "waiting")).kind, "dup");
    },
  ],
  [
    "3.10 every reply to a holder lists what is not in the log, oldest first; what it has written is never listed again",
    async ({ storage, advance }) => {
      const writer = await running(storage);
      const { lease, run } = writer;
      await send(storage, run, one);
      await send(storage, run, two);
      assert.deepEqual((await storage.runs.heartbeat(lease, leaseMs)).messages, [one, two]);
      const steered = writer.write({ type: "steered", ...one });
      assert.deepEqual((await storage.runs.append(lease, steered, leaseMs)).messages, [two]);
      assert.deepEqual((await storage.runs.append(lease, steered, leaseMs)).messages, [two]);
      assert.equal(await send(storage, run, one), "sent");
      assert.equal(await send(storage, run, message("one", "another")), "conflict");
      await advance(leaseMs);
      const claim = await storage.runs.claim(run.runId, "next", 1, leaseMs, holder(2));
      assert.deepEqual(claim?.messages, [two]);
      const rest = createRunWriter(run, claim ?? assert.fail(), writer.state);
      await storage.runs.append(rest.lease, rest.write({ type: "steered", ...two }), leaseMs);
      assert.deepEqual(await storage.runs.heartbeat(rest.lease, leaseMs), { kind: "ok", head: 5 });
      assert.equal((await metaOf(storage, run)).unread, undefined);
    },
  ],
  [
    "3.5 a snapshot of the run, and of its conversation, has what it has not taken, oldest first",
    async ({ storage }) => {
      const writer = await running(storage);
      const { runId, conversationId } = writer.run;
      const unread = async () => {
        const conversation = await storage.conversations.get(conversationId, alice);
        const snapshots = [await storage.runs.snapshot(runId), conversation?.active];
        return snapshots.map((snapshot) => snapshot?.messages);
      };
      assert.deepEqual(await unread(), [undefined, undefined]);
      for (const each of [one, two]) await send(storage, writer.run, each);
      assert.deepEqual(await unread(), [
        [one, two],
        [one, two],
      ]);
      await storage.runs.append(writer.lease, writer.write({ type: "steered", ...one }), leaseMs);
      assert.deepEqual(await unread(), [[two], [two]]);
    },
  ],
  [
    "3.10 a run waits for a person whatever was sent, and is handed over with it",
    async ({ storage }) => {
      for (const to of ["waiting", "queued"] as const) {
        const writer = await running(storage);
        await send(storage, writer.run, one);
        const reply = await storage.runs.suspend(writer.lease, to);
        assert.deepEqual([reply.kind, reply.messages], ["ok", [one]]);
      }
    },
  ],
  [
    "3.10 a run does not finish with unread messages, unless it leaves them",
    async ({ storage }) => {
      const writer = await running(storage);
      await send(storage, writer.run, one);
      assert.deepEqual(await triedToEnd(storage, writer), ["unread", [one]]);
      assert.equal((await metaOf(storage, writer.run)).status, "running");
      await storage.runs.append(writer.lease, writer.write({ type: "steered", ...one }), leaseMs);
      await send(storage, writer.run, two);
      assert.deepEqual(await triedToEnd(storage, writer, true), ["ok", [two]]);
      assert.equal((await metaOf(storage, writer.run)).status, "finished");
      const [left, ...more] = await storage.runs.leftMessages(10);
      assert.deepEqual([left?.messages, more], [[two], []]);
      assert.deepEqual(left?.run, await metaOf(storage, writer.run));
    },
  ],
  [
    "3.10 any other end leaves the messages, until each is dropped; after the end nothing is recorded",
    async ({ storage }) => {
      for (const terminal of [abort(), error(), interrupted()]) {
        const writer = await running(storage);
        const { runId } = writer.run;
        await send(storage, writer.run, one);
        await storage.runs.dropMessage(runId, "one");
        await send(storage, writer.run, two);
        if (terminal.type === "abort") await storage.runs.requestStop(runId, alice);
        await finished(storage, writer, terminal);
        assert.equal(await send(storage, writer.run, message("three")), "over");
        assert.equal(await send(storage, writer.run, one), "sent");
        const left = async () => (await storage.runs.leftMessages(10)).map(({ messages }) => messages);
        assert.deepEqual(await left(), [[one, two]]);
        await storage.runs.dropMessage(runId, "one");
        await storage.runs.dropMessage(runId, "one");
        assert.deepEqual(await left(), [[two]]);
        await storage.runs.dropMessage(runId, "two");
        assert.deepEqual(await left(), []);
        assert.equal((await metaOf(storage, writer.run)).unread, undefined);
      }
      await storage.runs.dropMessage(crypto.randomUUID(), "one");
    },
  ],
  [
    "3.10 a message and an end at once: it is recorded and the end refused, or the run has ended without it",
    async ({ storage }) => {
      for (let round = 0; round < 10; round += 1) {
        const writer = await running(storage);
        const [kind, end] = await Promise.all([send(storage, writer.run, one), triedToEnd(storage, writer)]);
        if (kind === "sent") assert.deepEqual(end, ["unread", [one]]);
        else assert.deepEqual([kind, end], ["over", ["ok", undefined]]);
      }
    },
  ],
  [
    "3.10 what nobody has read is bounded, in number and in length",
    async ({ storage }) => {
      const many = (await running(storage)).run;
      for (let count = 0; count < maxUnreadMessages; count += 1)
        assert.equal(await send(storage, many, message(`m${count}`)), "sent");
      assert.equal(await send(storage, many, message("more")), "full");
      assert.equal(await send(storage, many, message("m0")), "sent");
      const long = (await running(storage)).run;
      const text = "中".repeat(32_000);
      const kinds: unknown[] = [];
      for (const id of ["a", "b", "c"]) kinds.push(await send(storage, long, message(id, text)));
      assert.deepEqual(kinds, ["sent", "sent", "full"]);
    },
  ],
  [
    "3.10 a message as long as one may be is taken, and what follows waits until it was read",
    async ({ storage }) => {
      const { run } = await running(storage);
      assert.equal(await send(storage, run, message("a", "😀".repeat(128_000))), "sent");
      assert.equal(await send(storage, run, message("b")), "full");
    },
  ],
  [
    "5.7 the messages of a deleted conversation are not left, and are purged with it",
    async ({ storage, advance }) => {
      const writer = await running(storage);
      await send(storage, writer.run, one);
      await storage.conversations.remove(writer.run.conversationId, alice);
      await finished(storage, writer, abort());
      assert.deepEqual(await storage.runs.leftMessages(10), []);
      await advance(60_000);
      assert.equal(await storage.runs.trim(), 1);
      assert.equal(await storage.runs.sendMessage(writer.run.runId, one), null);
      assert.deepEqual(await storage.runs.leftMessages(10), []);
    },
  ],
];
