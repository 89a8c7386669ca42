import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { readdirSync } from "node:fs";
import { after, before, test } from "node:test";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { createEndpointModel } from "#lib/models/endpoint-model.ts";
import { isEnded } from "#lib/protocol/run-status.ts";
import type { RunContext } from "#lib/runs/run-context.ts";
import { startRun } from "#lib/runs/start-run.ts";
import { stopRun } from "#lib/runs/stop-run.ts";
import { apiClient } from "../../support/api-client.ts";
import { startAppServer } from "../../support/app-server.ts";
import { answer, sse, textChunks } from "../../support/chat-chunks.ts";
import { localApi } from "../../support/local-api.ts";
import { question, runContext } from "../../support/run-bench.ts";
import {
  events,
  type Script,
  type ScriptedModelServer,
  type Step,
  startScriptedModelServer,
} from "../../support/scripted-model-server.ts";
import { waitUntil } from "../../support/wait-until.ts";

let server: ScriptedModelServer;
before(async () => {
  server = await startScriptedModelServer();
});
after(() => server.close());

/** Without keep-alive: each socket that is open is one that was forgotten. */
const whole: Script = { ...events(answer("one two")), headers: { connection: "close" } };
const hangs: Step[] = [{ write: sse(textChunks("one ")) }, { hang: true }];
/**
 * The reset waits until what was written has been read: a connection that breaks before the first word is
 * asked again.
 */
const breaks: Step[] = [{ write: sse(textChunks("one ")) }, { wait: 15 }, { reset: true }];

setFlagsFromString("--expose-gc");
const collectGarbage: () => void = runInNewContext("gc");

/** Sockets, timers and whatever else holds a process open or watches; by kind. */
function resources(): Record<string, number> {
  const count: Record<string, number> = {};
  for (const kind of process.getActiveResourcesInfo()) count[kind] = (count[kind] ?? 0) + 1;
  return count;
}

/** Heap in use after full collections, bytes; a turn between them lets what was watched weakly be cleared. */
async function heap(): Promise<number> {
  for (let round = 0; round < 5; round += 1) {
    collectGarbage();
    await new Promise((resolve) => setImmediate(resolve));
  }
  return process.memoryUsage().heapUsed;
}

const openConnections = (): number => server.requests.filter(({ closedAt }) => closedAt === undefined).length;

function context(): RunContext {
  const model = createEndpointModel({
    id: "scripted",
    baseUrl: server.url,
    firstByteMs: 60_000,
    idleMs: 60_000,
    maxBytes: 1e6,
  });
  return runContext(model, { newId: randomUUID });
}

async function over(here: RunContext, runId: string): Promise<void> {
  await waitUntil(
    "the run is over",
    async () => {
      const run = await here.storage.runs.run(runId);
      return run !== null && isEnded(run.status) && here.live.get(runId) === undefined;
    },
    20_000,
  );
}

/** Opens a stream of the run, reads its first chunk, and goes away without a word. */
async function openAndDrop(here: RunContext, runId: string): Promise<void> {
  const api = localApi(here);
  const response = await api(`/api/runs/${runId}/events?after=0`);
  const reader = response.body?.getReader();
  await reader?.read();
  await reader?.cancel();
}

test("1,000 streams opened and dropped leave no listener, timer or memory behind, and the run goes on", async () => {
  const here = context();
  server.next({ steps: hangs });
  const run = question("go");
  const created = await startRun(here, run);
  await waitUntil("it is written", async () => ((await here.storage.runs.run(run.runId))?.head ?? 0) >= 5);
  for (let warm = 0; warm < 50; warm += 1) await openAndDrop(here, run.runId);
  const [resourcesBefore, heapBefore] = [resources(), await heap()];
  for (let opened = 0; opened < 1_000; opened += 1) await openAndDrop(here, run.runId);
  const growth = (await heap()) - heapBefore;
  assert.ok(growth < 2e6, `the heap grew by ${growth} bytes`);
  for (const [kind, many] of Object.entries(resources()))
    assert.ok(
      many <= (resourcesBefore[kind] ?? 0) + 5,
      `${kind}: ${resourcesBefore[kind] ?? 0} before, ${many} after`,
    );
  await stopRun(here, run.runId, "user");
  await (created as { done?: Promise<void> }).done;
  await waitUntil("the provider's socket is closed", () => openConnections() === 0, 2_000);
  await here.storage.close();
});

/**
 * A run that ends in one of four ways: by itself, stopped, its page closed and then stopped, its model
 * breaking.
 */
async function endRun(here: RunContext, way: number): Promise<void> {
  server.next(way === 0 ? whole : { steps: way === 3 ? breaks : hangs });
  const api = localApi(here);
  const body = JSON.stringify({ runId: randomUUID(), message: { text: "go" } });
  const { runId }: { runId: string } = JSON.parse(body);
  const headers = { "content-type": "application/json" };
  const response = await api(`/api/conversations/${randomUUID()}/runs`, { method: "POST", headers, body });
  const reader = response.body?.getReader();
  await reader?.read();
  if (way === 1 || way === 2)
    await waitUntil("it is written", async () => ((await here.storage.runs.run(runId))?.head ?? 0) >= 5);
  if (way === 2) await reader?.cancel();
  if (way === 1 || way === 2) await stopRun(here, runId, "user");
  await over(here, runId);
  if (way !== 2) while (reader && !(await reader.read()).done);
}

test("200 runs ended in four ways leave no socket, listener, timer or memory behind", async () => {
  const here = context();
  for (let warm = 0; warm < 12; warm += 1) await endRun(here, warm % 4);
  await waitUntil("all sockets are closed", () => openConnections() === 0, 2_000);
  const [resourcesBefore, heapBefore] = [resources(), await heap()];
  for (let run = 0; run < 200; run += 1) await endRun(here, run % 4);
  await waitUntil("all sockets are closed", () => openConnections() === 0, 2_000);
  // What the 200 requests were is kept by the scripted server and the store in memory: some KB each.
  const growth = (await heap()) - heapBefore;
  assert.ok(growth < 200 * 9_000, `the heap grew by ${growth} bytes`);
  for (const [kind, many] of Object.entries(resources()))
    assert.ok(
      many <= (resourcesBefore[kind] ?? 0) + 5,
      `${kind}: ${resourcesBefore[kind] ?? 0} before, ${many} after`,
    );
  await here.storage.close();
});

test("a real server: 1,000 streams dropped and 40 runs ended in four ways, and its files and sockets are as before", async (t) => {
  const app = await startAppServer({ env: { OPENAI_BASE_URL: server.url, OPENAI_MODEL: "scripted" } });
  t.after(() => app.stop());
  const client = await apiClient(app.url);
  const files = () => readdirSync(`/proc/${app.pid}/fd`).length;
  const ask = async (way: number) => {
    server.next(way === 0 ? whole : { steps: way === 3 ? breaks : hangs });
    const { runId, response } = await client.ask("go");
    const reader = response.body?.getReader();
    await reader?.read();
    if (way === 2) await reader?.cancel();
    if (way === 1 || way === 2) await client.post(`/api/runs/${runId}/stop`, {});
    if (way !== 2) while (reader && !(await reader.read()).done);
  };
  for (let warm = 0; warm < 8; warm += 1) await ask(warm % 4);
  const before = files();
  for (let run = 0; run < 40; run += 1) await ask(run % 4);
  server.next({ steps: hangs });
  const live = await client.ask("go");
  await live.response.body?.cancel();
  let opened = 0;
  const openAll = async () => {
    for (; opened < 1_000; opened += 1) {
      const response = await client.request(`/api/runs/${live.runId}/events?after=0`);
      await response.body?.cancel();
    }
  };
  await Promise.all(Array.from({ length: 20 }, openAll));
  await client.post(`/api/runs/${live.runId}/stop`, {});
  await waitUntil("files and sockets are back", () => files() <= before + 5, 10_000);
});
