import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { test } from "node:test";
import type { RunContext } from "#lib/runs/run-context.ts";
import { openSqlite } from "#lib/storage/sqlite.ts";
import type { Storage } from "#lib/storage/storage.ts";
import { localApi } from "../../support/local-api.ts";
import { runContext } from "../../support/run-bench.ts";
import { finished, gate, says, scriptedModel } from "../../support/scripted-model.ts";
import { waitUntil } from "../../support/wait-until.ts";

/**
 * A real store that writes down what it is asked, in order; what costs no call of a database is not counted.
 */
function countingStorage(storage: Storage): Storage & { calls: string[] } {
  const calls: string[] = [];
  const counted = <K extends "runs" | "conversations" | "sessions" | "limits">(kind: K): Storage[K] =>
    new Proxy(storage[kind], {
      get(target, name) {
        const method: unknown = Reflect.get(target, name);
        if (typeof method !== "function" || name === "subscribe" || name === "notify") return method;
        return (...args: unknown[]): unknown => {
          calls.push(`${kind}.${String(name)}`);
          return Reflect.apply(method, target, args);
        };
      },
    });
  return {
    ...storage,
    calls,
    runs: counted("runs"),
    conversations: counted("conversations"),
    sessions: counted("sessions"),
    limits: counted("limits"),
  };
}

/** A server with limits, as it is by default. */
function open(model = scriptedModel([...says("5"), finished])) {
  const storage = countingStorage(openSqlite({ dir: ":memory:" }));
  const limits = { runsPer10Min: 120, liveRuns: 8, tokensPerDay: 1_000_000 };
  const context = runContext(model, { storage, limits });
  return { context, calls: storage.calls, api: localApi(context) };
}

/** What the store is asked until the first byte of the answer is here, and the rest of the answer. */
async function untilFirstByte(calls: string[], request: () => Promise<Response>) {
  calls.length = 0;
  const response = await request();
  const reader = response.body?.getReader() ?? assert.fail("no body");
  const { done } = await reader.read();
  assert.equal(done, false);
  return {
    asked: [...calls],
    async rest() {
      while (!(await reader.read()).done);
    },
  };
}

const post = (body: object): RequestInit => ({
  method: "POST",
  headers: { "content-type": "application/json" },
  body: JSON.stringify(body),
});

const ended = ({ live }: RunContext, runId: string) => waitUntil("it has ended", () => !live.get(runId));

/** Tools are listed before it is read, so it may come before the first byte, or behind it. */
const historyRead = "conversations.get";
const withoutHistory = (calls: readonly string[]) => calls.filter((call) => call !== historyRead);
const readsOfHistory = (calls: readonly string[]) => calls.filter((call) => call === historyRead).length;

test("a new question costs three calls until the first byte, and the read of its history", async () => {
  const { context, calls, api } = open();
  const url = `/api/conversations/${randomUUID()}/runs`;
  const runId = randomUUID();
  const ask = () => api(url, post({ runId, message: { text: "2+3?" } }));
  const { asked, rest } = await untilFirstByte(calls, ask);
  assert.deepEqual(withoutHistory(asked), ["sessions.user", "limits.admit", "runs.createRun"]);
  await rest();
  await ended(context, runId);
  assert.equal(readsOfHistory(calls), 1);
});

test("a question that follows costs the same", async () => {
  const { context, calls, api } = open();
  const url = `/api/conversations/${randomUUID()}/runs`;
  for (const text of ["2+3?", "and 4?"]) {
    const runId = randomUUID();
    const { asked, rest } = await untilFirstByte(calls, () => api(url, post({ runId, message: { text } })));
    assert.deepEqual(withoutHistory(asked), ["sessions.user", "limits.admit", "runs.createRun"]);
    await rest();
    await ended(context, runId);
    assert.equal(readsOfHistory(calls), 1);
  }
});

test("without limits a question costs a call less", async () => {
  const { context, calls } = open();
  const api = localApi({ ...context, limits: {} });
  const body = post({ runId: randomUUID(), message: { text: "2+3?" } });
  const { asked, rest } = await untilFirstByte(calls, () =>
    api(`/api/conversations/${randomUUID()}/runs`, body),
  );
  assert.deepEqual(withoutHistory(asked), ["sessions.user", "runs.createRun"]);
  await rest();
});

test("the same POST again costs three calls, and the GET of its stream two, live and over", async () => {
  const hold = gate();
  const { context, calls, api } = open(
    scriptedModel([...says("It is "), hold.promise, ...says("5"), finished]),
  );
  const url = `/api/conversations/${randomUUID()}/runs`;
  const runId = randomUUID();
  const body = post({ runId, message: { text: "2+3?" } });
  const first = await untilFirstByte(calls, () => api(url, body));
  await waitUntil("it has begun", async () => ((await context.storage.runs.run(runId))?.head ?? 0) >= 5);
  for (const isLive of [true, false]) {
    const again = await untilFirstByte(calls, () => api(url, body));
    assert.deepEqual(again.asked, ["sessions.user", "limits.admit", "runs.createRun"]);
    const get = await untilFirstByte(calls, () => api(`/api/runs/${runId}/events?after=1:2`));
    assert.deepEqual(get.asked, ["sessions.user", "runs.open"]);
    if (!isLive) continue;
    hold.open();
    for (const { rest } of [first, again, get]) await rest();
    await ended(context, runId);
  }
});

test("the model of a question is picked once, though there is a budget to count its tokens by", async () => {
  const { context, api } = open();
  let picks = 0;
  const counted = localApi({
    ...context,
    pickProducer: (run) => {
      picks += 1;
      return context.pickProducer(run);
    },
  });
  const runId = randomUUID();
  const url = `/api/conversations/${randomUUID()}/runs`;
  const { rest } = await untilFirstByte([], () => counted(url, post({ runId, message: { text: "2+3?" } })));
  await rest();
  await ended(context, runId);
  assert.equal(picks, 1);
  assert.equal((await api(`/api/runs/${runId}`)).status, 200);
});
