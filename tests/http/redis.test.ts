import assert from "node:assert/strict";
import { after, test } from "node:test";
import type { RunEvent } from "#lib/protocol/run-event.ts";
import { eventsOf } from "../support/api-client.ts";
import { done, finish, sse, textChunks } from "../support/chat-chunks.ts";
import { deltasOf, readAsPage } from "../support/read-as-page.ts";
import { redisMissing, startRedisServer } from "../support/redis-server.ts";
import { gate } from "../support/scripted-model.ts";
import type { Step } from "../support/scripted-model-server.ts";
import { startServerPair } from "../support/server-pair.ts";
import { waitUntil } from "../support/wait-until.ts";

async function register(): Promise<void> {
  const redis = await startRedisServer();
  const pair = await startServerPair(redis.url);
  const { model, a, b, onA, onB } = pair;
  after(async () => {
    await pair.close();
    await redis.close();
  });

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
      const following = readAsPage(onB.request, runId, seen);
      await waitUntil("B shows the first delta", () => seen.some(({ type }) => type === "text-delta"));
      const begin = performance.now();
      await onB.request(`/api/runs/${runId}/stop`, { method: "POST" });
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

  test("a Redis that is away for 5 s in mid-answer loses nothing: the answer is complete afterwards", async () => {
    const away = gate();
    const text = Array.from({ length: 20 }, (_, at) => `w${at} `);
    const later = text.slice(1).flatMap((word): Step[] => [{ write: words(word) }, { wait: 50 }]);
    model.next({
      steps: [{ write: words(text[0] ?? "") }, { until: away.promise }, ...later, { write: end }],
    });
    const { runId } = await onA.ask("go");
    const seen: RunEvent[] = [];
    const following = readAsPage(onB.request, runId, seen);
    await waitUntil("B shows the first delta", () => seen.some(({ type }) => type === "text-delta"));
    await redis.stop();
    const stoppedAt = performance.now();
    away.open();
    await waitUntil("the provider has said everything", () => model.requests.at(-1)?.isAnswered === true);
    await waitUntil("Redis was away for 5 s", () => performance.now() - stoppedAt >= 5000, 10_000);
    await redis.start();
    await following;
    assert.equal(seen.at(-1)?.type, "finish");
    assert.equal(deltasOf(seen), text.join(""));
  });

  test("a question while Redis is away is 503, and no model is asked", async () => {
    const calls = model.requests.length;
    await redis.stop();
    const { response } = await onA.ask("go");
    const problem = await response.json();
    assert.deepEqual([response.status, problem.code], [503, "store_unavailable"]);
    await redis.start();
    await waitUntil("A is well again", async () => (await fetch(`${a.url}/api/health`)).status === 200);
    model.next({ steps: [{ write: words("here") }, { write: end }] });
    const next = await onA.ask("go");
    const log: RunEvent[] = [];
    for await (const event of eventsOf(next.response)) log.push(event);
    assert.equal(deltasOf(log), "here");
    assert.equal(model.requests.length, calls + 1);
  });

  test("kill -9 of the holder: the other server goes on by itself, and the open page gets each event once", async () => {
    model.next({ steps: [{ write: words("one ") }, { hang: true }] });
    model.next({ steps: [{ write: words("two") }, { write: end }] });
    const { runId } = await onA.ask("go");
    const seen: RunEvent[] = [];
    const following = readAsPage(onB.request, runId, seen);
    await waitUntil("B shows the first delta", () => seen.some(({ type }) => type === "text-delta"));
    const begin = performance.now();
    await a.kill();
    await following;
    console.log(`kill -9 of the holder to the end elsewhere: ${Math.round(performance.now() - begin)} ms`);
    assert.equal(seen.at(-1)?.type, "finish");
    assert.ok(seen.some(({ type }) => type === "continue-step"));
    assert.ok((seen.at(-1)?.epoch ?? 0) > (seen[0]?.epoch ?? 0));
    assert.ok(performance.now() - begin < 20_000);
  });

  test("57 a Redis that was emptied: health says so, and what the page gives as a session is taken", async () => {
    const health = async () => (await fetch(`${b.url}/api/health`)).json();
    assert.equal((await health()).status, "ok");
    await redis.command("FLUSHALL");
    const { status, detail } = await health();
    assert.equal(status, "store-unavailable");
    assert.match(detail, /emptied/);
    assert.equal((await onB.request("/api/conversations")).status, 200);
  });
}

const words = (text: string): string => sse(textChunks(text));
const end = sse(finish()) + done;

if (redisMissing) test("two servers on one Redis", { skip: redisMissing });
else await register();
