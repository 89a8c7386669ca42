import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { test } from "node:test";
import { isEnded } from "#lib/protocol/run-status.ts";
import { type Clock, systemClock } from "#lib/runs/clock.ts";
import { continueRun } from "#lib/runs/continue-run.ts";
import { createLiveRuns } from "#lib/runs/live-runs.ts";
import type { RunContext } from "#lib/runs/run-context.ts";
import { startEvent } from "#lib/runs/start-event.ts";
import { startRun } from "#lib/runs/start-run.ts";
import { stopRun } from "#lib/runs/stop-run.ts";
import { openKv } from "#lib/storage/kv.ts";
import { openSqlite } from "#lib/storage/sqlite.ts";
import type { Storage } from "#lib/storage/storage.ts";
import { StorageError } from "#lib/storage/storage-error.ts";
import { startKvRestBridge } from "../../support/kv-rest-bridge.ts";
import { localApi } from "../../support/local-api.ts";
import { redisMissing, startRedisServer } from "../../support/redis-server.ts";
import { foldAll, question, readLog, runContext, textOf } from "../../support/run-bench.ts";
import { finished, gate, type ScriptedModel, says, scriptedModel } from "../../support/scripted-model.ts";
import { waitUntil } from "../../support/wait-until.ts";

/** What becomes of a call: refused, or done and its reply lost. */
type Kind = "refused" | "lost" | "full" | "read-only";
const kinds: readonly Kind[] = ["refused", "lost", "full", "read-only"];

interface Fault {
  kind: Kind;
  /** The first call that it meets, from 0, and how many in a row. */
  at: number;
  times: number;
}

/** A real store of whose calls some fail. */
function failingStorage(storage: Storage, fault: Fault): Storage & { calls: string[] } {
  const calls: string[] = [];
  const meets = () => calls.length - 1 >= fault.at && calls.length - 1 < fault.at + fault.times;
  const failing = <K extends "runs" | "conversations" | "sessions" | "limits">(kind: K): Storage[K] =>
    new Proxy(storage[kind], {
      get(target, name) {
        const method: unknown = Reflect.get(target, name);
        if (typeof method !== "function" || name === "subscribe" || name === "notify") return method;
        return async (...args: unknown[]): Promise<unknown> => {
          calls.push(`${kind}.${String(name)}`);
          const fails = meets();
          if (fails && fault.kind !== "lost") throw failureOf(fault.kind);
          const reply: unknown = await Reflect.apply(method, target, args);
          if (fails) throw failureOf(fault.kind);
          return reply;
        };
      },
    });
  return {
    ...storage,
    calls,
    runs: failing("runs"),
    conversations: failing("conversations"),
    sessions: failing("sessions"),
    limits: failing("limits"),
  };
}

const failureOf = (kind: Kind): StorageError =>
  new StorageError(kind === "full" || kind === "read-only" ? kind : "unavailable", `the store is ${kind}`);

/** No time passes: neither do waits take any, nor does a busy machine end one too soon. */
const hasty: Clock = {
  ...systemClock,
  now: () => 1,
  sleep: () => new Promise((resolve) => setImmediate(resolve)),
};

interface Site {
  storage: Storage & { calls: string[] };
  context: RunContext;
  model: ScriptedModel;
}

function open(fault: Fault, stored = openSqlite({ dir: ":memory:" })): Site {
  const model = scriptedModel([...says("two ", "words"), finished]);
  const storage = failingStorage(stored, fault);
  const limits = { runsPer10Min: 120, liveRuns: 8, tokensPerDay: 1_000_000 };
  return { storage, model, context: runContext(model, { storage, limits, clock: hasty }) };
}

const none: Fault = { kind: "refused", at: Infinity, times: 0 };

/** Every fault for a question that makes so many calls. */
const faultsOf = (calls: number): Fault[] =>
  kinds.flatMap((kind) =>
    [1, 3].flatMap((times) => Array.from({ length: calls }, (_, at) => ({ kind, at, times }))),
  );

const post = (body: object): RequestInit => ({
  method: "POST",
  headers: { "content-type": "application/json" },
  body: JSON.stringify(body),
});

/** Asks by the API and waits until all is quiet. */
async function ask({ context, storage }: Site, conversationId: string, body: { runId: string }) {
  const response = await localApi(context)(`/api/conversations/${conversationId}/runs`, post(body));
  const text = await response.text();
  await waitUntil("nobody drives it", () => !context.live.get(body.runId));
  await quiet(storage.calls);
  return { status: response.status, text };
}

async function quiet(calls: readonly string[]): Promise<void> {
  for (let calm = 0, known = -1; calm < 20; calm += 1) {
    if (calls.length !== known) calm = 0;
    known = calls.length;
    await new Promise((resolve) => setImmediate(resolve));
  }
}

const nameOf = ({ kind, at, times }: Fault, calls: readonly string[]): string =>
  `${kind} ${times} times from call ${at}: ${calls.slice(at, at + times).join(", ")}`;

/** Whatever it is that fails: an answer is complete and was asked for once, or nothing was sent at all. */
async function assertHonest(
  site: Site,
  stored: Storage,
  runId: string,
  name: string,
  reply: { status: number; text: string },
): Promise<void> {
  const run = await stored.runs.run(runId);
  if (site.model.requests.length === 0) {
    assert.equal(reply.status, 503, name);
    assert.equal(run, null, name);
    return;
  }
  assert.equal(site.model.requests.length, 1, `asked once, ${name}`);
  assert.doesNotMatch(reply.text, /nothing was sent/, name);
  assert.equal(run?.status, "finished", name);
  const state = foldAll(await readLog(stored, runId));
  assert.equal(textOf(state), "two words", name);
  assert.equal(reply.status, 200, name);
  assert.match(reply.text, /"type":"finish"/, name);
}

const cases = ["a question", "the next question", "the question again"] as const;
for (const title of cases) {
  test(`${title}, whichever call of the store fails, and however: answered once, or nothing was sent`, async () => {
    const counted = await askWith(title, none);
    assert.ok(counted.calls.length >= 7, counted.calls.join());
    for (const fault of faultsOf(counted.calls.length)) await askWith(title, fault);
  });
}

async function askWith(title: (typeof cases)[number], fault: Fault): Promise<{ calls: string[] }> {
  const stored = openSqlite({ dir: ":memory:" });
  const conversationId = randomUUID();
  const earlier = randomUUID();
  if (title !== "a question") {
    const first = question("2+3?", { conversationId, runId: earlier });
    await (await startRun(open(none, stored).context, first)).done;
  }
  const before = await spentIn(stored);
  const site = open(fault, stored);
  const runId = randomUUID();
  const body =
    title === "the question again" ? { runId, retry: earlier } : { runId, message: { text: "go" } };
  const reply = await ask(site, conversationId, body);
  const { calls } = site.storage;
  const name = nameOf(fault, calls);
  await assertHonest(site, stored, runId, name, reply);
  assert.equal((await spentIn(stored)) > before, site.model.requests.length > 0, `counted, ${name}`);
  await stored.close();
  return { calls };
}

/** Tokens that were counted today. */
async function spentIn({ limits }: Storage): Promise<number> {
  let [low, high] = [0, 1_000_000];
  while (low < high) {
    const tokens = Math.ceil((low + high) / 2);
    const start = { runId: randomUUID(), conversationId: randomUUID(), userId: "u", bodyHash: "h" };
    const { kind } = await limits.admit(start, { starts: [], tokens });
    if (kind === "refused") low = tokens;
    else high = tokens - 1;
  }
  return low;
}

test("a run that is taken over goes on whichever call of the store fails meanwhile", async () => {
  const calls = await takeOver(none);
  assert.ok(calls.includes("runs.snapshot") && calls.includes("conversations.get"), calls.join());
  for (const fault of faultsOf(calls.length)) await takeOver(fault);
});

async function takeOver(fault: Fault): Promise<readonly string[]> {
  let time = 1_700_000_000_000;
  const stored = openSqlite({ dir: ":memory:", now: () => time });
  const run = question("go");
  const holder = { host: "other", boot: "", pid: 1, startedAt: "" };
  const { claim } = {
    claim: undefined,
    ...(await stored.runs.createRun(run, { token: "t", leaseMs: 1, holder })),
  };
  assert.ok(claim);
  const first = startEvent(claim.run, "scripted");
  await stored.runs.append(claim, [{ runId: run.runId, epoch: 1, seq: 1, ts: time, ...first }], 1);
  time += 2;
  const site = open(fault, stored);
  const context = { ...site.context, clock: { ...hasty, wall: () => time } };
  // As the sweep does, until it is over.
  for (let sweep = 0; sweep < 20; sweep += 1) {
    const met = await stored.runs.run(run.runId);
    if (met && isEnded(met.status)) break;
    if (met) await continueRun(context, met).catch(() => undefined);
    await context.live.get(run.runId)?.done;
    time += context.leaseMs + 1;
  }
  const { calls } = site.storage;
  const name = nameOf(fault, calls);
  assert.equal((await stored.runs.run(run.runId))?.status, "finished", name);
  assert.equal(textOf(foldAll(await readLog(stored, run.runId))), "two words", name);
  assert.equal(site.model.requests.length, 1, name);
  await stored.close();
  return calls;
}

test("a stop is taken whichever call of the store fails meanwhile, and nothing is asked again", async () => {
  const calls = await stopUnder(none);
  for (const fault of faultsOf(calls.length)) await stopUnder(fault);
});

async function stopUnder({ at, ...fault }: Fault): Promise<readonly string[]> {
  const hold = gate();
  const stored = openSqlite({ dir: ":memory:" });
  const later = { ...fault, at: Infinity };
  const { context, storage } = open(later, stored);
  const model = scriptedModel([...says("two "), hold.promise, finished]);
  const stopped = runContext(model, { storage, clock: hasty });
  const run = question("go");
  const { done } = await startRun(stopped, run);
  await waitUntil("it writes", async () => ((await stored.runs.run(run.runId))?.head ?? 0) >= 4);
  await quiet(storage.calls);
  const before = storage.calls.length;
  later.at = before + at;
  // From another process, which has no part in writing it.
  await stopRun({ ...context, clock: hasty, live: createLiveRuns() }, run.runId, "user");
  await done;
  await quiet(storage.calls);
  const calls = storage.calls.slice(before);
  const name = nameOf({ ...fault, at }, calls);
  assert.equal((await stored.runs.run(run.runId))?.status, "stopped", name);
  assert.equal(model.requests.length, 1, name);
  await stored.close();
  return calls;
}

/** Requests of a question by REST: the first ones send scripts that Redis does not know yet. */
test("by REST, whichever request is refused by a limit, or its answer lost: answered once, or nothing was sent", {
  skip: redisMissing,
}, async () => {
  const redis = await startRedisServer();
  const askOnce = async (kind: "limit" | "drop", from: number, times: number) => {
    let [requests, hits] = [0, 0];
    let isOn = false;
    const bridge = await startKvRestBridge({
      redisUrl: redis.url,
      fault() {
        const isHit = isOn && requests >= from && requests < from + times;
        if (isOn) requests += 1;
        if (isHit) hits += 1;
        return isHit ? kind : undefined;
      },
    });
    const { url, token } = bridge;
    const stored = openKv({ connection: { url, token, retryMs: 1 } });
    const model = scriptedModel([...says("two ", "words"), finished]);
    const context = runContext(model, { storage: stored, clock: hasty, limits: { liveRuns: 8 } });
    const site = { storage: { ...stored, calls: [] }, model, context };
    const runId = randomUUID();
    isOn = true;
    const reply = await ask(site, randomUUID(), { runId, ...{ message: { text: "go" } } });
    isOn = false;
    await assertHonest(site, stored, runId, `${kind} ${times} times from request ${from}`, reply);
    await stored.close();
    await bridge.close();
    return { requests, hits };
  };
  try {
    const { requests } = await askOnce("limit", Infinity, 0);
    for (let from = 0; from < requests; from += 1)
      for (const [kind, times] of [
        ["limit", 1],
        ["limit", 4],
        ["drop", 6],
      ] as const)
        await askOnce(kind, from, times);
  } finally {
    await redis.close();
  }
});
