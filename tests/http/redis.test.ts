import assert from "node:assert/strict";
import { after, test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import type { RunEvent } from "#lib/events/run-event.ts";
import { connectRedis } from "#lib/storage/redis.ts";
import { apiClient, eventsOf } from "../support/api-client.ts";
import { startAppServer } from "../support/app-server.ts";
import { done, finish, sse, textChunks } from "../support/chat-chunks.ts";
import { redisMissing, startRedisServer } from "../support/redis-server.ts";
import { gate } from "../support/scripted-model.ts";
import { type Step, startScriptedModelServer } from "../support/scripted-model-server.ts";
import { waitUntil } from "../support/wait-until.ts";

const terminals = new Set(["finish", "abort", "error", "interrupted"]);

async function register(): Promise<void> {
  const redis = await startRedisServer();
  const admin = connectRedis({ url: redis.url });
  const model = await startScriptedModelServer();
  const env = {
    REDIS_URL: redis.url,
    SESSION_SECRET: "s".repeat(32),
    OPENAI_BASE_URL: model.url,
    OPENAI_MODEL: "scripted",
  };
  const start = () => startAppServer({ env });
  const [a, b] = [await start(), await start()];
  const onA = await apiClient(a.url);
  const onB = await apiClient(b.url);
  // One visitor: the same cookie on both.
  const visitB = (path: string, init: RequestInit = {}) =>
    onB.request(path, { ...init, headers: { ...init.headers, cookie: onA.cookie } });
  after(async () => {
    for (const app of [a, b]) await app.kill();
    await model.close();
    await admin.close();
    await redis.close();
  });

  const fact = async (section: string, name: RegExp): Promise<number> =>
    Number(name.exec(String(await admin.send(["INFO", section])))?.[1] ?? 0);

  test("the health says which store, and the page and API of one server show what the other has", async () => {
    const health = await (await fetch(`${b.url}/api/health`)).json();
    assert.deepEqual([health.status, health.storage], ["ok", "redis"]);
  });

  test("started on A, followed on B, stopped from B: the provider's connection closes", async () => {
    const took: number[] = [];
    for (let round = 0; round < 5; round += 1) {
      const hold = gate();
      model.next({ steps: [{ write: words("one ") }, { until: hold.promise }] });
      const { runId } = await onA.ask("go");
      const seen: RunEvent[] = [];
      const following = follow(visitB, runId, seen);
      await waitUntil("B shows the first delta", () => seen.some(({ type }) => type === "text-delta"));
      const begin = performance.now();
      await visitB(`/api/runs/${runId}/stop`, { method: "POST" });
      await waitUntil("the connection is closed", () => model.requests.at(-1)?.closedAt !== undefined);
      took.push((model.requests.at(-1)?.closedAt ?? 0) - begin);
      await following;
      assert.equal(seen.at(-1)?.type, "abort");
      hold.open();
    }
    const median = took.sort((x, y) => x - y)[2] ?? 0;
    console.log(`stop from another server to closed: ${Math.round(median)} ms (median of ${took.length})`);
    assert.ok(median < 1000, took.join());
  });

  test("commands per delta stay below 1, and 50 viewers cost one tail", async () => {
    const deltas = 400;
    const measure = async (viewers: number): Promise<number> => {
      const open = gate();
      const slowly: Step[] = Array.from({ length: deltas }, () => [
        { write: words("x") },
        { wait: 2 },
      ]).flat();
      model.next({ steps: [{ write: words("a") }, { until: open.promise }, ...slowly, { write: end }] });
      const { runId } = await onA.ask("go");
      const logs = Array.from({ length: viewers }, (): RunEvent[] => []);
      const all = logs.map((log) => follow(visitB, runId, log));
      await waitUntil("all see the first delta", () =>
        logs.every((log) => log.some(({ type }) => type === "text-delta")),
      );
      await admin.send(["CONFIG", "RESETSTAT"]);
      open.open();
      await Promise.all(all);
      for (const log of logs) assert.equal(textOf(log), `a${"x".repeat(deltas)}`);
      const stats = String(await admin.send(["INFO", "commandstats"]));
      const calls = [...stats.matchAll(/cmdstat_(\w+)[^:]*:calls=(\d+)/g)];
      const inScripts = calls.reduce(
        (sum, [, name, count]) => sum + (name === "evalsha" ? 0 : Number(count)),
        0,
      );
      const sent = Number(calls.find(([, name]) => name === "evalsha")?.[2]);
      console.log(`${viewers} viewers, ${deltas} deltas: ${sent} commands sent, ${inScripts} inside them`);
      return sent;
    };
    const one = await measure(1);
    const fifty = await measure(50);
    assert.ok(one < deltas && fifty < deltas, `${one} ${fifty}`);
  });

  test("the number of connections does not grow with requests", async () => {
    const before = await fact("clients", /connected_clients:(\d+)/);
    for (let at = 0; at < 20; at += 1) {
      await Promise.all(Array.from({ length: 20 }, () => visitB("/api/conversations")));
    }
    const now = await fact("clients", /connected_clients:(\d+)/);
    assert.equal(now, before);
    assert.ok(now <= 5, `${now}: two a server, and this test's own`);
  });

  test("a Redis that is away for 5 s in mid-answer loses nothing: the answer is complete afterwards", async () => {
    const away = gate();
    const text = Array.from({ length: 20 }, (_, at) => `w${at} `);
    const later = text.slice(1).flatMap((word): Step[] => [{ write: words(word) }, { wait: 50 }]);
    model.next({
      steps: [{ write: words(text[0] ?? "") }, { until: away.promise }, ...later, { write: end }],
    });
    const { runId } = await onA.ask("go");
    const seen: RunEvent[] = [];
    const following = follow(visitB, runId, seen);
    await waitUntil("B shows the first delta", () => seen.some(({ type }) => type === "text-delta"));
    await redis.stop();
    away.open();
    await delay(5000);
    await redis.start();
    await following;
    assert.equal(seen.at(-1)?.type, "finish");
    assert.equal(textOf(seen), text.join(""));
  });

  test("a question while Redis is away is 503, and no model is asked", async () => {
    const calls = model.requests.length;
    await redis.stop();
    const { response } = await onA.ask("go");
    const problem = await response.json();
    assert.deepEqual([response.status, problem.code], [503, "store_unavailable"]);
    await redis.start();
    await waitUntil("A is well again", async () => (await fetch(`${a.url}/api/health`)).status === 200);
    await delay(500);
    assert.equal(model.requests.length, calls);
    model.next({ steps: [{ write: words("here") }, { write: end }] });
    const next = await onA.ask("go");
    const log: RunEvent[] = [];
    for await (const event of eventsOf(next.response)) log.push(event);
    assert.equal(textOf(log), "here");
  });

  test("kill -9 of the owner: the other server goes on by itself, and the open page gets each event once", async () => {
    model.next({ steps: [{ write: words("one ") }, { hang: true }] });
    model.next({ steps: [{ write: words("one two") }, { write: end }] });
    const { runId } = await onA.ask("go");
    const seen: RunEvent[] = [];
    const following = follow(visitB, runId, seen);
    await waitUntil("B shows the first delta", () => seen.some(({ type }) => type === "text-delta"));
    const begin = performance.now();
    await a.kill();
    await following;
    console.log(`kill -9 of the owner to the end elsewhere: ${Math.round(performance.now() - begin)} ms`);
    assert.equal(seen.at(-1)?.type, "finish");
    assert.ok(seen.some(({ type }) => type === "reset-step"));
    assert.ok((seen.at(-1)?.epoch ?? 0) > (seen[0]?.epoch ?? 0));
    assert.ok(performance.now() - begin < 20_000);
  });
}

const words = (text: string): string => sse(textChunks(text));
const end = sse(finish()) + done;

const textOf = (log: readonly RunEvent[]): string =>
  log.flatMap((event) => (event.type === "text-delta" ? [event.delta] : [])).join("");

/** Reads as a page does, by its cursor and again whenever the stream ends early, to the terminal event. */
async function follow(
  visit: (path: string) => Promise<Response>,
  runId: string,
  seen: RunEvent[],
): Promise<void> {
  for (let attempt = 0; attempt < 200; attempt += 1) {
    const last = seen.at(-1);
    const response = await visit(`/api/runs/${runId}/events?after=${last?.epoch ?? 0}:${last?.seq ?? 0}`);
    if (response.status === 410) throw new Error("the log is gone");
    if (response.status === 200) await readInto(response, seen);
    else await response.body?.cancel();
    if (terminals.has(seen.at(-1)?.type ?? "")) return;
    await delay(100);
  }
  throw new Error(`no end of run ${runId}`);
}

async function readInto(response: Response, seen: RunEvent[]): Promise<void> {
  try {
    for await (const event of eventsOf(response)) {
      assert.equal(event.seq, (seen.at(-1)?.seq ?? 0) + 1);
      seen.push(event);
    }
  } catch (error) {
    if (error instanceof assert.AssertionError) throw error; // A cut stream is read on from the cursor.
  }
}

if (redisMissing) test("two servers on one Redis", { skip: redisMissing });
else await register();
