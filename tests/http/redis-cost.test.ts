import assert from "node:assert/strict";
import { after, test } from "node:test";
import type { RunEvent } from "#lib/protocol/run-event.ts";
import { connectRedis } from "#lib/storage/redis.ts";
import { done, finish, sse, textChunks } from "../support/chat-chunks.ts";
import { deltasOf, readAsPage } from "../support/read-as-page.ts";
import { redisMissing, startRedisServer } from "../support/redis-server.ts";
import { gate } from "../support/scripted-model.ts";
import type { Step } from "../support/scripted-model-server.ts";
import { startServerPair } from "../support/server-pair.ts";
import { waitUntil } from "../support/wait-until.ts";

/** What Redis did for one answer. */
interface Cost {
  /** All commands, those inside scripts included. */
  all: number;
  /** Steps of the log: what the holder wrote, and what was read for everybody who follows. */
  appends: number;
  reads: number;
  /** How long it took, in s: the servers also look for work, once a second each. */
  seconds: number;
}

/** A model's text comes in bursts, which a timer of a busy machine keeps better than 2 ms. */
const burst = 5;

async function register(): Promise<void> {
  const redis = await startRedisServer();
  const admin = connectRedis({ url: redis.url });
  const pair = await startServerPair(redis.url);
  const { model, onA, onB } = pair;
  after(async () => {
    await pair.close();
    await admin.close();
    await redis.close();
  });

  const fact = async (section: string, name: RegExp): Promise<number> =>
    Number(name.exec(String(await admin.send(["INFO", section])))?.[1] ?? 0);

  async function cost(): Promise<Omit<Cost, "seconds"> & { sent: number }> {
    const stats = String(await admin.send(["INFO", "commandstats"]));
    const calls = new Map(
      [...stats.matchAll(/cmdstat_([^:]+):calls=(\d+)/g)].map(([, name, count]) => [name, Number(count)]),
    );
    // This test's own: it began the count.
    calls.delete("config|resetstat");
    const all = [...calls.values()].reduce((sum, each) => sum + each, 0);
    const of = (name: string) => calls.get(name) ?? 0;
    return { all, sent: of("evalsha") + of("eval"), appends: of("xadd"), reads: of("xrange") };
  }

  /** Writes one answer under the eyes of so many, who each get each delta once. */
  async function answer(deltas: number, everyMs: number, viewers: number): Promise<Cost> {
    const open = gate();
    const size = everyMs < 10 ? burst : 1;
    const slowly: Step[] = Array.from({ length: deltas / size }, () => [
      { write: words("x").repeat(size) },
      { wait: everyMs * size },
    ]).flat();
    model.next({ steps: [{ write: words("a") }, { until: open.promise }, ...slowly, { write: end }] });
    const { runId, response } = await onA.ask("go");
    await response.body?.cancel();
    const logs = Array.from({ length: viewers }, (): RunEvent[] => []);
    const all = logs.map((log) => readAsPage(onB.request, runId, log));
    await waitUntil(
      "all see the first delta",
      () => logs.every((log) => log.some(({ type }) => type === "text-delta")),
      50_000,
    );
    const channel = `rivulet:bell:${runId}`;
    assert.deepEqual(await admin.send(["PUBSUB", "NUMSUB", channel]), [channel, 2]);
    await admin.send(["CONFIG", "RESETSTAT"]);
    const began = performance.now();
    open.open();
    await Promise.all(all);
    const spent = { ...(await cost()), seconds: (performance.now() - began) / 1000 };
    for (const log of logs) assert.equal(deltasOf(log), `a${"x".repeat(deltas)}`);
    const each = (spent.all / deltas).toFixed(2);
    console.log(
      `${viewers} viewers, ${deltas} deltas ${everyMs} ms apart: ${spent.sent} sent, ${spent.all} in all, ${each} a delta`,
    );
    return spent;
  }

  test("an answer costs Redis less than one command a delta, all that its scripts do included", async () => {
    const deltas = 400;
    let least = Infinity;
    // A busy machine spreads the deltas over more time, and so over more appends.
    for (let attempt = 0; attempt < 8 && least >= deltas; attempt += 1)
      least = Math.min(least, (await answer(deltas, 2, 1)).all);
    assert.ok(least < deltas, `${least}`);
  });

  test("deltas that come slowly cost what an append and a read cost, and no more", async () => {
    const { all, appends, reads, seconds } = await answer(100, 20, 1);
    const rest = all - 6 * appends - 3 * reads;
    assert.ok(rest < 20 + 15 * seconds, `${all} commands for ${appends} appends and ${reads} reads`);
  });

  for (const viewers of [50, 500])
    test(`${viewers} viewers of one run cost one tail and no connection, and each gets each delta once`, async () => {
      const connections = await fact("clients", /connected_clients:(\d+)/);
      const { appends, reads } = await answer(400, 2, viewers);
      // An append of two parts of the answer is one notice, and one read.
      assert.ok(reads <= appends + 5, `${reads} reads of ${appends} appends`);
      assert.equal(await fact("clients", /connected_clients:(\d+)/), connections);
    });

  test("the number of connections is the same after 1,000 requests", async () => {
    const before = await fact("clients", /connected_clients:(\d+)/);
    for (let at = 0; at < 50; at += 1) {
      await Promise.all(Array.from({ length: 20 }, () => onB.request("/api/conversations")));
    }
    const now = await fact("clients", /connected_clients:(\d+)/);
    assert.equal(now, before);
    assert.ok(now <= 5, `${now}: two a server, and this test's own`);
  });
}

const words = (text: string): string => sse(textChunks(text));
const end = sse(finish()) + done;

if (redisMissing) test("what Redis is asked", { skip: redisMissing });
else await register();
