import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { afterEach, test } from "node:test";
import type { EventBody } from "#lib/protocol/run-event.ts";
import { emptyRun } from "#lib/protocol/run-state.ts";
import { systemClock } from "#lib/runs/clock.ts";
import { type Close, createLogWriter, type LogWriter } from "#lib/runs/log-writer.ts";
import type { LeaseReply } from "#lib/storage/run-store.ts";
import { openSqlite } from "#lib/storage/sqlite.ts";
import type { Storage } from "#lib/storage/storage.ts";
import { StorageError } from "#lib/storage/storage-error.ts";
import {
  abort,
  finish,
  start,
  startStep,
  textDelta,
  textStart,
  toolInputAvailable,
  toolInputStart,
} from "../../support/event-builders.ts";
import { faultyStorage } from "../../support/faulty-storage.ts";
import { hangingStorage } from "../../support/hanging-storage.ts";
import { foldAll, question, readLog } from "../../support/run-bench.ts";

const leaseMs = 15_000;
const holder = { host: "host", boot: "", pid: 1, startedAt: "" };
const begin = [start(), startStep(), textStart()];

const opened: { storage: Storage; writer: LogWriter }[] = [];
afterEach(async () => {
  for (const { storage, writer } of opened.splice(0)) {
    writer.drop();
    await storage.close();
  }
});

/** The writer of a run that was just claimed; `wrap` stands between it and the store. */
async function openWriter<S extends Storage>(wrap: (storage: Storage) => S) {
  const storage = openSqlite({ dir: ":memory:" });
  const { runId } = question("go");
  await storage.runs.createRun(question("go", { runId }));
  const claim = await storage.runs.claim(runId, randomUUID(), 0, leaseMs, holder);
  assert.ok(claim);
  const connection = wrap(storage);
  const lost: string[] = [];
  const replies: LeaseReply[] = [];
  const writer = createLogWriter({
    store: connection.runs,
    lease: claim,
    clock: { ...systemClock, sleep: () => turn() },
    leaseMs,
    heartbeatMs: 5000,
    state: emptyRun(runId),
    onReply: (reply) => void replies.push(reply),
    onLost: (reason) => void lost.push(reason),
    onRefused: () => undefined,
    onDurability: () => undefined,
  });
  opened.push({ storage, writer });
  const push = (...bodies: EventBody[]) => bodies.forEach((body) => void writer.push(body));
  return {
    storage,
    connection,
    writer,
    runId,
    claim,
    lost,
    replies,
    push,
    log: () => readLog(storage, runId),
  };
}

/** Refuses the next calls of one method as damaged. */
function refusingStorage(storage: Storage) {
  const left = new Map<PropertyKey, number>();
  const runs = new Proxy(storage.runs, {
    get(target, name) {
      const method: unknown = Reflect.get(target, name);
      if (typeof method !== "function") return method;
      return async (...args: unknown[]): Promise<unknown> => {
        const count = left.get(name) ?? 0;
        if (count === 0) return Reflect.apply(method, target, args);
        left.set(name, count - 1);
        throw new StorageError("damaged", "the run cannot be read");
      };
    },
  });
  return {
    ...storage,
    runs,
    refuse: (name: "finish" | "suspend" | "heartbeat", times: number) => void left.set(name, times),
  };
}

const turn = () => new Promise<void>((resolve) => setImmediate(resolve));
const short = (events: readonly { type: string; seq: number; delta?: string }[]) =>
  events.map(({ seq, type, delta = "" }) => `${seq} ${type} ${delta}`.trim());

/** How a run ends that nobody stopped. */
const finishing = (): Close => ({
  event: finish(),
  reason: { code: "unanswered", errorText: "too late" },
  status: "finished",
});

test("events are numbered from 1 without gaps, those of one moment in one append", async () => {
  const { writer, push, connection, log } = await openWriter(hangingStorage);
  push(...begin, textDelta("a"));
  await writer.durable();
  assert.deepEqual(short(await log()), ["1 start", "2 start-step", "3 text-start", "4 text-delta a"]);
  assert.equal(connection.writes, 1);
  assert.deepEqual(writer.state, foldAll(await log()));
});

test("deltas that come while the ones before are saved are merged before they get a number", async () => {
  const { writer, push, connection, log } = await openWriter(hangingStorage);
  push(...begin);
  await writer.durable();
  connection.freeze();
  push(textDelta("a"));
  await turn();
  push(textDelta("b"), textDelta("c"));
  assert.equal(writer.state.seq, 4);
  connection.wake();
  await writer.durable();
  assert.deepEqual(short(await log()).slice(3), ["4 text-delta a", "5 text-delta bc"]);
});

test("durable resolves with what was pushed before it, not with what comes after", async () => {
  const { writer, push, connection, log } = await openWriter(hangingStorage);
  await writer.durable();
  push(...begin);
  connection.freeze();
  let isDurable = false;
  const durable = writer.durable().then(() => (isDurable = true));
  await turn();
  await turn();
  assert.equal(isDurable, false);
  push(textDelta("later"));
  connection.wake();
  await durable;
  assert.ok((await log()).length >= 3);
  await writer.durable();
  assert.equal((await log()).length, 4);
});

test("I3 an append whose answer is lost is sent again as it was, and is in the log once", async () => {
  const { writer, push, connection, log } = await openWriter(hangingStorage);
  connection.loseAnswer();
  connection.loseAnswer();
  push(...begin);
  await writer.durable();
  push(textDelta("a"));
  await writer.durable();
  assert.deepEqual(short(await log()), ["1 start", "2 start-step", "3 text-start", "4 text-delta a"]);
});

test("I3 while the store is away the events wait in order, and the producer waits once there are too many", async () => {
  const { writer, push, connection, log } = await openWriter(faultyStorage);
  connection.away = true;
  push(...begin);
  let full: Promise<void> | undefined;
  let pushed = 0;
  while (!full && pushed < 1000) {
    full = writer.push({ ...textDelta("x".repeat(1024), pushed % 2 ? "a" : "b") });
    pushed += 1;
  }
  assert.ok(pushed > 200 && pushed < 300, `${pushed} kB`);
  connection.away = false;
  await full;
  assert.equal((await log()).length, pushed + 3);
  assert.equal(writer.push(textDelta("more")), undefined);
});

test("I5 once the lease is lost nothing is taken, and whoever waits for durability learns of it", async () => {
  const { storage, writer, push, claim, runId, lost, log } = await openWriter((connection) => connection);
  await storage.runs.suspend(claim, "queued");
  push(...begin);
  await assert.rejects(writer.durable(), /the lease was lost/);
  await assert.rejects(writer.durable(), /the lease was lost/);
  assert.equal(writer.push(textDelta("late")), undefined);
  await writer.end(finishing);
  assert.deepEqual([await log(), lost, (await storage.runs.run(runId))?.status], [[], ["fenced"], "queued"]);
});

test("I7 the end closes what is open, behind all that was pushed, in one step", async () => {
  const { storage, writer, push, connection, runId, log } = await openWriter(hangingStorage);
  push(...begin, textDelta("half"), toolInputStart());
  await writer.end((state) => {
    assert.equal(state.seq, 5, "asked when all else is saved");
    return finishing();
  });
  assert.deepEqual(short(await log()).slice(5), [
    "6 text-end",
    "7 tool-input-error",
    "8 finish-step",
    "9 finish",
  ]);
  assert.equal(connection.writes, 2);
  assert.equal((await storage.runs.run(runId))?.status, "finished");
});

test("I11 an exception while an event is written is that event's error, and no lost lease", async () => {
  const { writer, push, lost, log } = await openWriter((storage) => {
    const append: typeof storage.runs.append = async (...args) => {
      if (args[1].some(({ type }) => type === "tool-input-available")) throw new RangeError("a full stack");
      return storage.runs.append(...args);
    };
    return { ...storage, runs: { ...storage.runs, append } };
  });
  push(...begin, toolInputStart(), toolInputAvailable(), textDelta("on"));
  await writer.durable();
  assert.deepEqual(lost, []);
  assert.deepEqual(short(await log()).slice(-3), [
    "4 tool-input-start",
    "5 tool-input-error",
    "6 text-delta on",
  ]);
});

test("I12 an end that is refused as damaged is asked for again in words; where that is refused too, it is no lost lease", async () => {
  for (const refusals of [1, 2]) {
    const { writer, push, lost, log, connection } = await openWriter(refusingStorage);
    push(...begin);
    await writer.durable();
    connection.refuse("finish", refusals);
    const asked: (string | undefined)[] = [];
    const ended = writer.end((_, refused) => {
      asked.push(refused?.code);
      return finishing();
    });
    if (refusals === 1) await ended;
    else await assert.rejects(ended, { code: "damaged" });
    assert.deepEqual([asked, lost], [[undefined, "damaged"], []]);
    assert.equal((await log()).length, refusals === 1 ? 6 : 3);
  }
});

test("I12 a suspension that is refused as damaged is told, and the run can be ended", async () => {
  const { writer, push, lost, log, connection } = await openWriter(refusingStorage);
  push(...begin);
  connection.refuse("suspend", 1);
  assert.equal(await writer.suspend("queued"), "refused");
  await writer.end((_, refused) => {
    assert.equal(refused?.code, "damaged");
    return finishing();
  });
  assert.deepEqual([lost, (await log()).length], [[], 6]);
});

test("I6 a stop that is learned only from the reply to another end: the end is asked for again, and is an abort", async () => {
  const { storage, writer, push, runId, replies, log } = await openWriter((connection) => connection);
  push(...begin);
  await writer.durable();
  await storage.runs.requestStop(runId, "user");
  const asked: number[] = [];
  await writer.end((state) => {
    asked.push(state.seq);
    const isStopped = replies.some(({ stop }) => stop);
    return isStopped ? { ...finishing(), event: abort(), status: "stopped" } : finishing();
  });
  assert.deepEqual(asked, [3, 3]);
  assert.deepEqual(short(await log()).slice(3), ["4 text-end", "5 finish-step", "6 abort"]);
});

for (const to of ["queued", "waiting"] as const) {
  test(`I8 suspended to ${to}, everything is saved and the lease is dropped`, async () => {
    const { storage, writer, push, runId, log } = await openWriter((connection) => connection);
    push(...begin, textDelta("a"));
    assert.equal(await writer.suspend(to), "suspended");
    assert.equal((await log()).length, 4);
    const { status, leaseUntil, continuations } = (await storage.runs.run(runId)) ?? assert.fail();
    assert.deepEqual([status, leaseUntil, continuations], [to, 0, 0]);
  });
}

test("I8 a suspension whose answer is lost is asked for again, and has taken place", async () => {
  const { writer, push, connection } = await openWriter(hangingStorage);
  push(...begin);
  await writer.durable();
  connection.loseAnswer();
  assert.equal(await writer.suspend("queued"), "suspended");
});

test("I8 where a stop came first the lease is kept: more can be written, and the run ended", async () => {
  const { storage, writer, push, runId, log } = await openWriter((connection) => connection);
  push(...begin);
  await writer.durable();
  await storage.runs.requestStop(runId, "user");
  assert.equal(await writer.suspend("waiting"), "decided");
  push(textDelta("a"));
  await writer.end(() => ({ ...finishing(), event: abort(), status: "stopped" }));
  assert.deepEqual(short(await log()).slice(3), ["4 text-delta a", "5 text-end", "6 finish-step", "7 abort"]);
});

test("a fold is stored with the log now and then, so that nobody has to fold it from the start", async () => {
  const { storage, writer, push, runId } = await openWriter((connection) => connection);
  push(...begin);
  for (let at = 0; at < 140; at += 1) {
    push(textDelta("x", at % 2 ? "a" : "b"));
    await writer.durable();
  }
  const snapshot = await storage.runs.snapshot(runId);
  assert.ok(snapshot?.fold && snapshot.entries.length < 20, `${snapshot?.entries.length} events behind it`);
});
