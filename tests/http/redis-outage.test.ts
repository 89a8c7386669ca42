import assert from "node:assert/strict";
import { after, test } from "node:test";
import type { RunEvent } from "#lib/protocol/run-event.ts";
import { foldOf } from "../support/api-client.ts";
import { done, finish, sse, textChunks } from "../support/chat-chunks.ts";
import { startFaultProxy } from "../support/fault-proxy.ts";
import { deltasOf } from "../support/read-as-page.ts";
import { redisMissing, startRedisServer } from "../support/redis-server.ts";
import { foldAll, textOf } from "../support/run-bench.ts";
import { gate } from "../support/scripted-model.ts";
import { startServerPair } from "../support/server-pair.ts";
import { type StreamReader, streamReader } from "../support/stream-reader.ts";
import { waitUntil } from "../support/wait-until.ts";

/** An outage of more than two of these is what 30 s are for a server as it comes. */
const leaseSeconds = 2;
const limitMs = 60_000;

async function register(): Promise<void> {
  const redis = await startRedisServer();
  const pair = await startServerPair(redis.url, {
    LEASE_SECONDS: `${leaseSeconds}`,
    HEARTBEAT_SECONDS: "0.5",
    SWEEP_SECONDS: "0.5",
  });
  const { model, onA, onB } = pair;
  after(async () => {
    await pair.close();
    await redis.close();
  });
  const command = async (line: string) => assert.match(await redis.command(line), /^\+OK/);

  interface Outage {
    name: string;
    begin(): Promise<void>;
    end(): Promise<void>;
    /** Whether what is stored can be read meanwhile. */
    reads: boolean;
    words: RegExp;
  }

  const outages: Outage[] = [
    {
      name: "Redis is away",
      begin: redis.stop,
      end: redis.start,
      reads: false,
      words: /does not answer; nothing was sent/,
    },
    {
      name: "Redis is full",
      begin: () => command("CONFIG SET maxmemory 1"),
      end: () => command("CONFIG SET maxmemory 0"),
      reads: true,
      words: /is full; nothing was sent/,
    },
    {
      name: "Redis is a read-only replica",
      begin: () => command("REPLICAOF 127.0.0.1 1"),
      end: () => command("REPLICAOF NO ONE"),
      reads: true,
      words: /takes no writes; nothing was sent/,
    },
  ];

  for (const { name, begin, end: mend, reads, words: refusal } of outages)
    test(`${name} for longer than a holder waits: readers are told, nothing is paid for, and the run goes on by itself`, async () => {
      const more = gate();
      model.next({
        steps: [{ write: words("one ") }, { until: more.promise }, { write: words("two ") }, { hang: true }],
      });
      model.next({ steps: [{ write: words("two three") }, { write: end }] });
      const asked = await onA.ask("go");
      await asked.response.body?.cancel();
      const readers = [streamReader(onA, asked.runId), streamReader(onB, asked.runId)];
      const [atHolder] = readers;
      await everybody(readers, "sees the first word", ({ events }) => deltasOf(events) === "one ");
      const calls = model.requests.length;

      await begin();
      more.open();
      // Where what is stored can be read, only the holder's server knows that saving fails, until its
      // lease is over.
      const told = reads ? [atHolder ?? assert.fail()] : readers;
      await everybody(told, "learns that saving is delayed", ({ comments }) => comments.includes("delayed"));
      await everybody(readers, "learns that saving has stopped", ({ comments }) =>
        comments.includes("unsaved"),
      );
      await waitUntil(
        "the model's connection is closed",
        () => model.requests[calls - 1]?.closedAt !== undefined,
      );
      const { response } = await onA.ask("another one");
      const problem = await response.json();
      assert.deepEqual([response.status, problem.code], [503, "store_unavailable"]);
      assert.match(problem.detail, refusal);
      assert.equal(model.requests.length, calls, "nobody was asked");
      for (const { events } of readers)
        assert.equal(deltasOf(events), "one ", "nobody saw what is not stored");
      const seen = await onB.request(`/api/conversations/${asked.conversationId}`);
      assert.equal(seen.status, reads ? 200 : 503);
      await seen.body?.cancel();

      await mend();
      await everybody(readers, "sees the end", ({ events }) => events.at(-1)?.type === "finish");
      for (const { events, comments } of readers) {
        assert.equal(textOf(foldAll(events)), "one two three");
        // Each stream begins with a store that answers.
        const well = Math.max(comments.lastIndexOf("saved"), comments.lastIndexOf("open"));
        assert.ok(well > comments.lastIndexOf("unsaved"), comments.join());
        assertOneLog(events);
      }
      assert.equal(model.requests.length, calls + 1);
      model.next({ steps: [{ write: words("here") }, { write: end }] });
      const { conversationId } = asked;
      assert.equal(textOf(await foldOf((await onA.ask("next", { conversationId })).response)), "here");
    });
}

async function everybody(
  readers: readonly StreamReader[],
  what: string,
  holds: (reader: StreamReader) => boolean,
): Promise<void> {
  await waitUntil(`every reader ${what}`, () => readers.every(holds), limitMs);
}

/** Numbers without gaps, and epochs that only grow: each reader saw one log, each event once. */
function assertOneLog(events: readonly RunEvent[]): void {
  for (const [at, event] of events.entries()) {
    assert.equal(event.seq, at + 1);
    assert.ok(event.epoch >= (events[at - 1]?.epoch ?? 0));
  }
}

const words = (text: string): string => sse(textChunks(text));
const end = sse(finish()) + done;

async function registerSlow(): Promise<void> {
  test("a Redis that takes 2 s for each command: the answer comes later and in larger pieces, and is whole", async (t) => {
    const redis = await startRedisServer();
    const proxy = await startFaultProxy({ port: redis.port });
    const pair = await startServerPair(`redis://127.0.0.1:${proxy.port}`);
    t.after(async () => {
      await pair.close();
      await proxy.close();
      await redis.close();
    });
    const { model, onA } = pair;
    const slow = gate();
    const text = Array.from({ length: 40 }, (_, at) => `w${at} `);
    const later = text.slice(1).flatMap((word) => [{ write: words(word) }, { wait: 50 }]);
    model.next({
      steps: [{ write: words(text[0] ?? "") }, { until: slow.promise }, ...later, { write: end }],
    });
    const { runId, response } = await onA.ask("go");
    await response.body?.cancel();
    const reader = streamReader(onA, runId);
    await waitUntil("the first word is there", () => deltasOf(reader.events) === text[0]);
    proxy.faults = { delayMs: 2000 };
    slow.open();
    await waitUntil("the end is there", () => reader.events.at(-1)?.type === "finish", limitMs);
    assert.equal(deltasOf(reader.events), text.join(""));
    assertOneLog(reader.events);
    assert.ok(!reader.comments.includes("unsaved"));
    const deltas = reader.events.filter(({ type }) => type === "text-delta").length;
    assert.ok(deltas < text.length / 4, `${deltas} deltas`);
  });
}

if (redisMissing) test("a Redis that fails", { skip: redisMissing });
else {
  await register();
  await registerSlow();
}
