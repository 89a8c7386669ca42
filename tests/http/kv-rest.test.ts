import assert from "node:assert/strict";
import { after, test } from "node:test";
import { type ApiClient, apiClient, foldOf } from "../support/api-client.ts";
import { startAppServer } from "../support/app-server.ts";
import { done, finish, sse, textChunks } from "../support/chat-chunks.ts";
import { startKvRestBridge } from "../support/kv-rest-bridge.ts";
import { redisMissing, startRedisServer } from "../support/redis-server.ts";
import { textOf } from "../support/run-bench.ts";
import { gate } from "../support/scripted-model.ts";
import { type Step, startScriptedModelServer } from "../support/scripted-model-server.ts";
import { waitUntil } from "../support/wait-until.ts";

const words = (text: string): string => sse(textChunks(text));
const end = sse(finish()) + done;

async function register(): Promise<void> {
  const redis = await startRedisServer();
  // A line that now and then loses an answer, or does what it was told twice.
  const fault = (request: number) => (request % 11 === 0 ? "drop" : request % 7 === 0 ? "double" : undefined);
  const bridge = await startKvRestBridge({ redisUrl: redis.url, fault });
  const model = await startScriptedModelServer();
  const env = {
    KV_REST_API_URL: bridge.url,
    KV_REST_API_TOKEN: bridge.token,
    SESSION_SECRET: "s".repeat(32),
    OPENAI_BASE_URL: model.url,
    OPENAI_MODEL: "scripted",
  };
  const [a, b] = [await startAppServer({ env }), await startAppServer({ env })];
  const onA = await apiClient(a.url);
  const onB: ApiClient["request"] = (path, init = {}) =>
    fetch(b.url + path, { ...init, headers: { cookie: onA.cookie } });
  after(async () => {
    for (const app of [a, b]) await app.kill();
    await model.close();
    await bridge.close();
    await redis.close();
  });

  test("over REST an answer that is started on A is whole on B, with fewer commands than deltas", async () => {
    const open = gate();
    const deltas: Step[] = Array.from({ length: 300 }, () => [{ write: words("x") }, { wait: 3 }]).flat();
    model.next({ steps: [{ write: words("a") }, { until: open.promise }, ...deltas, { write: end }] });
    const { runId } = await onA.ask("go");
    const response = await onB(`/api/runs/${runId}/events?after=0`);
    const before = bridge.count;
    open.open();
    const state = await foldOf(response);
    assert.equal(textOf(state), `a${"x".repeat(300)}`);
    console.log(`REST: ${bridge.count - before} commands for 300 deltas`);
    assert.ok(bridge.count - before < 300);
  });

  test("over REST a run started on A is stopped from B", async () => {
    const hold = gate();
    model.next({ steps: [{ write: words("one ") }, { until: hold.promise }] });
    const { runId } = await onA.ask("go");
    const begin = performance.now();
    await onB(`/api/runs/${runId}/stop`, { method: "POST" });
    await waitUntil("the connection is closed", () => model.requests.at(-1)?.closedAt !== undefined);
    console.log(`REST: stop to closed ${Math.round(performance.now() - begin)} ms`);
    const state = await foldOf(await onB(`/api/runs/${runId}/events?after=0`));
    assert.equal(state.ending?.type, "abort");
    hold.open();
  });
}

if (redisMissing) test("two servers on one KV by REST", { skip: redisMissing });
else await register();
