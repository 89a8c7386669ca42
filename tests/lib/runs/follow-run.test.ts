import assert from "node:assert/strict";
import { test } from "node:test";
import type { Cursor } from "#lib/protocol/cursor.ts";
import { decodeEvent } from "#lib/protocol/decode-event.ts";
import type { RunEvent } from "#lib/protocol/run-event.ts";
import { continueRun } from "#lib/runs/continue-run.ts";
import { followRun } from "#lib/runs/follow-run.ts";
import type { RunContext } from "#lib/runs/run-context.ts";
import { startRun } from "#lib/runs/start-run.ts";
import { createFrameEncoder } from "#lib/wire/frames.ts";
import { createSseDecoder } from "#lib/wire/sse-decoder.ts";
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

test("a stream that is ended ends where it is, also in the middle of a long log, and before it began", async () => {
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

test("a store that stays away: the owner falls silent and closes its model call, and nothing that was shown is lost", async () => {
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

test("a store that takes no writes any more: the reader hears it when the owner falls silent, and when another goes on", async () => {
  const [hold, never] = [gate(), gate()];
  const model = scriptedModel(
    [...says("one "), hold.promise, ...says("two "), never.promise],
    [...says("one two"), finished],
  );
  const base = runContext(model, { leaseMs: 200, heartbeatMs: 100 });
  const storage = faultyStorage(base.storage);
  const run = question("go");
  const created = await startRun({ ...base, storage }, run);
  // Its line to the store is another one: it reads on.
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
