import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { test } from "node:test";
import type { Model, ModelPart } from "#lib/models/model.ts";
import { decodeEvent } from "#lib/protocol/decode-event.ts";
import type { Part } from "#lib/protocol/message.ts";
import { type Clock, systemClock } from "#lib/runs/clock.ts";
import { startRun } from "#lib/runs/start-run.ts";
import { stopRun } from "#lib/runs/stop-run.ts";
import { openKv } from "#lib/storage/kv.ts";
import { connectRedis } from "#lib/storage/redis.ts";
import type { RunStore } from "#lib/storage/run-store.ts";
import { openSqlite } from "#lib/storage/sqlite.ts";
import type { Storage } from "#lib/storage/storage.ts";
import { StorageError } from "#lib/storage/storage-error.ts";
import { hangingStorage } from "../../support/hanging-storage.ts";
import { startKvRestBridge } from "../../support/kv-rest-bridge.ts";
import { redisMissing, startRedisServer } from "../../support/redis-server.ts";
import { foldAll, question, readLog, runContext, textOf, userId } from "../../support/run-bench.ts";
import { finished, gate, type ModelLine, says, scriptedModel } from "../../support/scripted-model.ts";
import { waitUntil } from "../../support/wait-until.ts";
import { pacedModel } from "./crash-bench.ts";

const hasty: Clock = { ...systemClock, sleep: () => new Promise((resolve) => setImmediate(resolve)) };

/** A real store that takes no call of more characters than this. */
function smallStorage(storage: Storage, max: number): Storage {
  const runs: RunStore = new Proxy(storage.runs, {
    get(target, name) {
      const method: unknown = Reflect.get(target, name);
      if (typeof method !== "function") return method;
      return (...args: unknown[]): unknown => {
        if (name === "subscribe" || name === "notify" || JSON.stringify(args).length <= max)
          return Reflect.apply(method, target, args);
        return Promise.reject(new StorageError("too-large", `more than ${max}`));
      };
    },
  });
  return { ...storage, runs };
}

interface Question {
  storage: Storage;
  lines?: ModelLine[];
  model?: Model;
  conversationId?: string;
}

/** Asks, and waits for the end. */
async function answer({ storage, lines = [], conversationId = randomUUID(), ...asked }: Question) {
  const scripted = scriptedModel(lines);
  const model = asked.model ?? scripted;
  const log: Readonly<Record<string, unknown>>[] = [];
  const context = runContext(model, { storage, clock: hasty, log: (entry) => void log.push(entry) });
  const run = question("go", { conversationId });
  await (await startRun(context, run)).done;
  const { conversation, messages } =
    (await storage.conversations.get(conversationId, userId)) ?? assert.fail();
  assert.equal(conversation.activeRunId, undefined, "the conversation is free");
  const events = await readLog(storage, run.runId);
  const saved = messages.find((message) => message.role === "assistant" && message.runId === run.runId);
  assert.ok(saved?.role === "assistant");
  return { events, saved, requests: scripted.requests, log, state: foldAll(events) };
}

const textsOf = (parts: readonly Part[]): string => textOf({ parts });
const long = (length: number): string => "0123456789".repeat(length / 10);
/** Deltas that each store takes. */
const inPieces = (length: number): ModelPart[] =>
  says(...Array.from({ length: length / 1000 }, () => long(1000)));

test("a delta that the store does not take in one piece is saved as several, and the answer is complete", async () => {
  const storage = smallStorage(openSqlite({ dir: ":memory:" }), 20_000);
  const { events, saved } = await answer({ storage, lines: [...says("😀".repeat(9000)), finished] });
  assert.equal(events.at(-1)?.type, "finish");
  assert.equal(textOf(foldAll(events)), "😀".repeat(9000));
  assert.ok(events.every((event) => event.type !== "text-delta" || event.delta.isWellFormed()));
  assert.match(textsOf(saved.parts), /^(😀)+$/u);
});

test("a checkpoint that the store does not take is left out: the log is enough", async () => {
  const stored = openSqlite({ dir: ":memory:" });
  let checkpoints = 0;
  const runs: RunStore = {
    ...stored.runs,
    async append(lease, events, leaseMs, fold) {
      if (fold) checkpoints += 1;
      if (fold) throw new StorageError("too-large", "a checkpoint");
      return stored.runs.append(lease, events, leaseMs);
    },
  };
  const connection = hangingStorage({ ...stored, runs });
  const words = Array.from({ length: 400 }, (_, at) => `${at} `);
  const model = pacedModel([...says(...words), finished], () => connection);
  const { saved, state } = await answer({ storage: connection, model });
  assert.equal(state.ending?.type, "finish");
  assert.match(textsOf(saved.parts), /^0 1 .* 399 $/);
  assert.equal(checkpoints, 1, "it is not tried again");
});

test("an answer that the store does not take whole ends in words; its log is whole, and as much is saved as fits", async () => {
  const storage = smallStorage(openSqlite({ dir: ":memory:" }), 30_000);
  const { events, saved, log, requests } = await answer({ storage, lines: [...inPieces(100_000), finished] });
  const last = events.at(-1);
  assert.ok(last?.type === "error" && last.code === "too-large" && !last.retryable);
  assert.equal(textOf(foldAll(events)), long(100_000), "what was shown is stored");
  const kept = textsOf(saved.parts);
  assert.ok(kept.length >= 10_000 && long(100_000).startsWith(kept), `${kept.length}`);
  assert.equal(saved.ending?.type, "error");
  assert.partialDeepStrictEqual(log, [{ message: "a run failed", code: "too-large" }]);
  assert.equal(requests.length, 1);
});

test("a stopped answer that the store does not take whole is stopped, and the next question can be asked", async () => {
  const stored = openSqlite({ dir: ":memory:" });
  const storage = smallStorage(stored, 30_000);
  const hold = gate();
  const context = runContext(scriptedModel([...inPieces(100_000), hold.promise, finished]), {
    storage,
    clock: hasty,
  });
  const run = question("go");
  const { done } = await startRun(context, run);
  await waitUntil(
    "all is stored",
    async () => textOf(foldAll(await readLog(stored, run.runId))).length >= 100_000,
  );
  await stopRun(context, run.runId, "user");
  await done;
  assert.equal((await readLog(stored, run.runId)).at(-1)?.type, "abort");
  const { conversationId } = run;
  const next = await answer({ storage, conversationId, lines: [...says("short"), finished] });
  assert.equal(next.state.ending?.type, "finish");
});

test("a single event that can be neither saved nor divided ends the run in words, with all before it", async () => {
  const stored = openSqlite({ dir: ":memory:" });
  const runs: RunStore = {
    ...stored.runs,
    async append(lease, events, leaseMs, fold) {
      if (events.some(({ type }) => type === "text-end")) throw new StorageError("too-large", "an event");
      return stored.runs.append(lease, events, leaseMs, fold);
    },
  };
  const { events, saved, state } = await answer({
    storage: { ...stored, runs },
    lines: [...says("all of it"), finished],
  });
  assert.deepEqual(
    events.map(({ seq }) => seq),
    events.map((_, at) => at + 1),
  );
  assert.ok(state.ending?.type === "error" && state.ending.code === "too-large");
  assert.equal(textsOf(saved.parts), "all of it");
});

/** Of a hosted KV, and of a Redis with the least that it can be set to. */
const maxCharacters = 1_048_576;

for (const kind of ["a KV whose requests are limited", "a Redis whose arguments are limited"]) {
  test(`${kind}: an answer beyond that is whole, stopped or finished, in the log and after a reload`, {
    skip: redisMissing,
  }, async (t) => {
    const redis = await startRedisServer();
    const bridge = await startKvRestBridge({ redisUrl: redis.url, maxRequestBytes: maxCharacters });
    t.after(async () => {
      await bridge.close();
      await redis.close();
    });
    const isRest = kind.startsWith("a KV");
    if (!isRest) await redis.command(`CONFIG SET proto-max-bulk-len ${maxCharacters}`);
    const connection = isRest
      ? { url: bridge.url, token: bridge.token, retryMs: 1 }
      : connectRedis({ url: redis.url });
    const storage = openKv({ connection });
    t.after(storage.close);
    const { saved, events, state } = await answer({ storage, lines: [...says(long(3_000_000)), finished] });
    assert.equal(state.ending?.type, "finish");
    assert.equal(textOf(foldAll(events)).length, 3_000_000);
    assert.equal(textsOf(saved.parts).length, 3_000_000);
    assert.equal(saved.ending?.type, "finish");
    for (const event of events) decodeEvent(JSON.stringify(event));
  });
}
