import assert from "node:assert/strict";
import { getEventListeners } from "node:events";
import { test } from "node:test";
import { createLatch } from "#lib/async/latch.ts";
import type { Cursor } from "#lib/protocol/cursor.ts";
import { decodeEvent } from "#lib/protocol/decode-event.ts";
import type { RunEvent } from "#lib/protocol/run-event.ts";
import { systemClock } from "#lib/runs/clock.ts";
import { continueRun } from "#lib/runs/continue-run.ts";
import { followRun } from "#lib/runs/follow-run.ts";
import { createLiveRuns } from "#lib/runs/live-runs.ts";
import type { RunContext } from "#lib/runs/run-context.ts";
import { startRun } from "#lib/runs/start-run.ts";
import type { RunStore } from "#lib/storage/run-store.ts";
import { openSqlite } from "#lib/storage/sqlite.ts";
import type { Encoder } from "#lib/wire/encoder.ts";
import { createFrameEncoder } from "#lib/wire/frames.ts";
import { createSseDecoder } from "#lib/wire/sse-decoder.ts";
import { finished as endedBy, leaseMs, running } from "../../contract/scenario.ts";
import { finish } from "../../support/event-builders.ts";
import { faultyStorage } from "../../support/faulty-storage.ts";
import { foldAll, question, readLog, runContext, runToEnd, textOf } from "../../support/run-bench.ts";
import { finished, gate, says, scriptedModel } from "../../support/scripted-model.ts";
import { waitUntil } from "../../support/wait-until.ts";

interface Reader {
  events: RunEvent[];
  comments: string[];
  done: Promise<void>;
  leave(): void;
}

const framesOf = (runId: string) => createFrameEncoder(runId, () => 0.5);

/** Reads a stream as a client would, frame by frame. */
async function follow(context: RunContext, runId: string, after: Cursor): Promise<Reader> {
  const followed = await followRun(context, runId, after, framesOf(runId));
  assert.equal(followed.kind, "stream");
  const left = new AbortController();
  const decoder = createSseDecoder();
  const reader: Reader = { events: [], comments: [], done: Promise.resolve(), leave: () => left.abort() };
  reader.done = (async () => {
    if (followed.kind !== "stream") return;
    for await (const chunk of followed.chunks(left.signal)) {
      for (const item of decoder.push(new TextEncoder().encode(chunk))) {
        if (item.kind === "event") reader.events.push(decodeEvent(item.data));
        if (item.kind === "comment") reader.comments.push(item.text.trim());
      }
    }
  })();
  return reader;
}

test("a reader that begins after any event gets exactly the rest, live or over", async () => {
  const hold = gate();
  const context = runContext(
    scriptedModel([...says("a ", "b ", "c "), hold.promise, ...says("d ", "e"), finished]),
  );
  const run = question("go");
  const created = await startRun(context, run);
  await waitUntil(
    "three words are there",
    async () => textOf(foldAll(await readLog(context.storage, run.runId))) === "a b c ",
  );
  const live = await Promise.all([0, 1, 2, 3, 4, 5].map((seq) => follow(context, run.runId, { seq })));
  hold.open();
  await created.done;
  await Promise.all(live.map(({ done }) => done));
  const whole = await readLog(context.storage, run.runId);
  for (const [seq, reader] of live.entries()) assert.deepEqual(reader.events, whole.slice(seq));
  for (let seq = 0; seq < whole.length; seq += 1) {
    const late = await follow(context, run.runId, { seq });
    await late.done;
    assert.deepEqual(late.events, whole.slice(seq));
  }
});

test("past the terminal event there is nothing, and a cursor of another epoch must take the snapshot", async () => {
  const context = runContext(scriptedModel([...says("x"), finished]));
  const run = question("go");
  const events = await runToEnd(context, run);
  const at = (after: Cursor) => followRun(context, run.runId, after, framesOf(run.runId));
  assert.deepEqual(await at({ epoch: 1, seq: events.length }), { kind: "ended" });
  assert.deepEqual(await at({ epoch: 7, seq: 2 }), { kind: "gone" });
  assert.deepEqual(await at({ epoch: 1, seq: 999 }), { kind: "gone" });
});

test("a stream opens before the model says anything, and a reader that leaves changes nothing", async () => {
  const hold = gate();
  const context = runContext(scriptedModel([hold.promise, ...says("x"), finished]));
  const run = question("go");
  const created = await startRun(context, run);
  const reader = await follow(context, run.runId, { seq: 0 });
  await waitUntil("the stream is open", () => reader.comments.includes("open"));
  reader.leave();
  await reader.done;
  hold.open();
  await created.done;
  assert.equal(textOf(foldAll(await readLog(context.storage, run.runId))), "x");
});

test("a stream that is closed ends where it is, also in the middle of a long log, and before it began", async () => {
  const words = Array.from({ length: 1200 }, (_, at) => [
    ...says(`${at} `),
    { type: "reasoning", delta: "r" } as const,
  ]).flat();
  const context = runContext(scriptedModel([...words, finished]));
  const run = question("go");
  await (await startRun(context, run)).done;
  const chunksOf = async (signal: AbortSignal) => {
    const followed = await followRun(context, run.runId, { seq: 0 }, framesOf(run.runId));
    return followed.kind === "stream" ? followed.chunks(signal) : assert.fail();
  };
  const left = new AbortController();
  let chunks = 0;
  for await (const _ of await chunksOf(left.signal)) {
    chunks += 1;
    if (chunks === 3) left.abort();
  }
  assert.ok(chunks <= 4, `${chunks} chunks`);
  chunks = 0;
  for await (const _ of await chunksOf(left.signal)) chunks += 1;
  assert.ok(chunks <= 1, `${chunks} chunks`);
});

test("a store that refuses at the start: nothing is asked of the model", async () => {
  const model = scriptedModel([...says("x"), finished]);
  const context = runContext(model);
  const storage = faultyStorage(context.storage);
  storage.away = true;
  await assert.rejects(startRun({ ...context, storage }, question("go")), /away/);
  assert.equal(model.requests.length, 0);
});

test("a store that is away in mid-run: readers are told, then the same text goes through, each piece once", async () => {
  const [hold, rest] = [gate(), gate()];
  const model = scriptedModel([
    ...says("one "),
    hold.promise,
    ...says("two "),
    rest.promise,
    ...says("three"),
    finished,
  ]);
  const base = runContext(model);
  const storage = faultyStorage(base.storage);
  const context = { ...base, storage };
  const run = question("go");
  const created = await startRun(context, run);
  const reader = await follow(context, run.runId, { seq: 0 });
  await waitUntil("the first word is there", () => textOf(foldAll(reader.events)) === "one ");
  storage.away = true;
  hold.open();
  await waitUntil("the reader is told", () => reader.comments.includes("delayed"));
  storage.away = false;
  rest.open();
  await created.done;
  await reader.done;
  assert.equal(textOf(foldAll(reader.events)), "one two three");
  assert.deepEqual(reader.events, await readLog(base.storage, run.runId));
  assert.ok(reader.comments.includes("saved"));
});

test("a store that stays away: the holder gives up and closes its model call, and nothing that was shown is lost", async () => {
  const [hold, never] = [gate(), gate()];
  const model = scriptedModel([...says("one "), hold.promise, ...says("two "), never.promise]);
  const base = runContext(model, { leaseMs: 40, heartbeatMs: 20 });
  const storage = faultyStorage(base.storage);
  const context = { ...base, storage };
  const run = question("go");
  const created = await startRun(context, run);
  const reader = await follow(context, run.runId, { seq: 0 });
  await waitUntil(
    "the first word is there",
    async () => textOf(foldAll(await readLog(base.storage, run.runId))) === "one ",
  );
  storage.away = true;
  hold.open();
  await created.done;
  assert.equal(model.requests[0]?.closed, true);
  assert.equal(textOf(foldAll(await readLog(base.storage, run.runId))), "one ");
  await reader.done.catch(() => undefined);
  assert.deepEqual(
    reader.comments.filter((comment) => comment.endsWith("ed")),
    ["delayed", "unsaved"],
  );
  assert.equal(textOf(foldAll(reader.events)), "one ", "what was shown stays");
});

test("a store that takes no writes any more: its readers are told when the holder gives up, and when another goes on", async () => {
  const [hold, never] = [gate(), gate()];
  const model = scriptedModel(
    [...says("one "), hold.promise, ...says("two "), never.promise],
    [...says("two"), finished],
  );
  const base = runContext(model, { leaseMs: 200, heartbeatMs: 100 });
  const storage = faultyStorage(base.storage);
  const run = question("go");
  const created = await startRun({ ...base, storage }, run);
  // Its connection to the store is another one: it reads on.
  const reader = await follow(base, run.runId, { seq: 0 });
  await waitUntil("the first word is there", () => textOf(foldAll(reader.events)) === "one ");
  storage.away = true;
  hold.open();
  await created.done;
  await waitUntil("the reader is told", () => reader.comments.includes("unsaved"));
  assert.deepEqual(
    reader.comments.filter((comment) => comment.endsWith("ed")),
    ["delayed", "unsaved"],
  );
  const meta = await base.storage.runs.run(run.runId);
  assert.ok(meta);
  await continueRun(base, meta);
  await reader.done;
  assert.equal(reader.comments.filter((comment) => comment.endsWith("ed")).at(-1), "saved");
  assert.equal(textOf(foldAll(reader.events)), "one two");
});

/**
 * A run that is written by hand, and the stream of one reader of it: what the store and the encoder were
 * asked.
 */
async function writtenRun() {
  const storage = openSqlite({ dir: ":memory:" });
  const writer = await running(storage);
  const { run, lease } = writer;
  const seen = { reads: 0, subscribers: 0, losesNotifications: false, isGone: false };
  const runs: RunStore = {
    ...storage.runs,
    async read(...args) {
      seen.reads += 1;
      return seen.isGone ? { gone: true } : storage.runs.read(...args);
    },
    subscribe(runId, latch, only) {
      seen.subscribers += 1;
      const told = seen.losesNotifications ? createLatch() : latch;
      const subscription = storage.runs.subscribe(runId, told, only);
      return {
        durability: undefined,
        unsubscribe() {
          seen.subscribers -= 1;
          subscription.unsubscribe();
        },
      };
    },
  };
  const calls: string[] = [];
  const context = { storage: { ...storage, runs }, clock: systemClock, leaseMs, live: createLiveRuns() };
  const stream = await followRun(context, run.runId, { seq: 0 }, notingEncoder(calls));
  if (stream.kind !== "stream") throw new Error(stream.kind);
  const left = new AbortController();
  const chunks = stream.chunks(left.signal);
  return {
    seen,
    calls,
    left,
    next: async () => (await chunks.next()).value,
    leave: () => chunks.return(undefined),
    say: () => storage.runs.append(lease, writer.say("a"), leaseMs),
    end: () => endedBy(storage, writer, finish()),
    close: () => storage.close(),
  };
}

type WrittenRun = Awaited<ReturnType<typeof writtenRun>>;

/** Writes down what it is called with, and sends the same. */
function notingEncoder(calls: string[]): Encoder {
  function note(call: string): string {
    calls.push(call);
    return `${call};`;
  }
  return {
    open: () => note("open"),
    entries: (entries) => (entries.length === 0 ? "" : note(entries.map(({ seq }) => seq).join())),
    durability: note,
    heartbeat: (head) => note(`heartbeat ${head}`),
    close: note,
  };
}

test("an encoder is opened first, gets each entry once and in order, and is closed last, with the reason", async () => {
  const ends: [reason: string, end: (written: WrittenRun) => unknown][] = [
    ["ended", ({ end }) => end()],
    ["closed", ({ left }) => left.abort()],
    ["closed", ({ close }) => close()],
    [
      "gone",
      async ({ seen, say }) => {
        seen.isGone = true;
        await say();
      },
    ],
  ];
  for (const [reason, end] of ends) {
    const written = await writtenRun();
    const { calls, next, say } = written;
    assert.equal(await next(), "open;1,2,3;");
    for (const seq of [4, 5]) {
      await say();
      assert.equal(await next(), `${seq};`);
    }
    const last = next();
    await end(written);
    if (reason === "ended") assert.equal(await last, "6;");
    assert.equal(reason === "ended" ? await next() : await last, `${reason};`);
    assert.equal(await next(), undefined);
    assert.deepEqual(calls, ["open", "1,2,3", "4", "5", ...(reason === "ended" ? ["6"] : []), reason]);
  }
});

test("the read that decides that there is a stream is its first; the next follows the subscription", async () => {
  const { seen, next, left } = await writtenRun();
  assert.deepEqual([seen.reads, seen.subscribers], [1, 0]);
  await next();
  assert.deepEqual([seen.reads, seen.subscribers], [1, 1]);
  const waiting = next();
  await waitUntil("it has read again", () => seen.reads >= 2);
  left.abort();
  await waiting;
});

test("what is written between the first read and the subscription is not missed", async () => {
  const { next, say, leave } = await writtenRun();
  await say();
  assert.equal(await next(), "open;1,2,3;");
  assert.equal(await next(), "4;");
  await leave();
});

test("a lost notification costs no more than the wait for a heartbeat", async (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  let now = performance.now();
  t.mock.method(performance, "now", () => now);
  const turn = () => new Promise((resolve) => setImmediate(resolve));
  const { seen, next, say, leave } = await writtenRun();
  seen.losesNotifications = true;
  await next();
  let isThere = false;
  const heartbeat = next().finally(() => {
    isThere = true;
  });
  for (let turns = 0; seen.reads < 2 && turns < 100; turns += 1) await turn();
  await say();
  for (const ms of [9_999, 1]) {
    assert.equal(isThere, false);
    now += ms;
    t.mock.timers.tick(ms);
    await turn();
  }
  assert.equal(await heartbeat, "heartbeat 3;");
  assert.equal(await next(), "4;");
  await leave();
});

test("a stream leaves no subscription and no listener behind, however it ends", async () => {
  const ends: [how: string, end: (written: WrittenRun) => unknown][] = [
    ["its reader leaves the loop", ({ leave }) => leave()],
    ["the signal aborts while the reader takes its time", ({ left }) => left.abort()],
    [
      "the signal aborts while the stream waits",
      async ({ next, left }) => {
        const last = next();
        left.abort();
        await last;
      },
    ],
    [
      "the run ends",
      async ({ end, next }) => {
        await end();
        while (await next());
      },
    ],
  ];
  for (const [how, end] of ends) {
    const written = await writtenRun();
    const { seen, left, next } = written;
    const open = () => [seen.subscribers, getEventListeners(left.signal, "abort").length];
    await next();
    assert.deepEqual(open(), [1, 1]);
    await end(written);
    assert.deepEqual(open(), [0, 0], how);
  }
});
