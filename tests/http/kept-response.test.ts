import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, type TestContext, test } from "node:test";
import type { RunState } from "#lib/protocol/run-state.ts";
import { isEnded } from "#lib/protocol/run-status.ts";
import { openSqlite } from "#lib/storage/sqlite.ts";
import { type ApiClient, apiClient } from "../support/api-client.ts";
import { type AppServer, startAppServer } from "../support/app-server.ts";
import { createKeepingEndpoint } from "../support/keeping-endpoint.ts";
import { foldAll, readLog, textOf } from "../support/run-bench.ts";
import { type ScriptedModelServer, startScriptedModelServer } from "../support/scripted-model-server.ts";
import { waitUntil } from "../support/wait-until.ts";

/** How often the server is killed in the middle of the answers. */
const kills = Number(process.env.RIVULET_KILLS ?? 2);
/** Of one answer. */
const killsPerAnswer = 2;
const answersAtOnce = 4;

const words = Array.from({ length: 90 }, (_, at) => `word-${at} 😀 `);
const text = words.join("");

let model: ScriptedModelServer;
before(async () => {
  model = await startScriptedModelServer();
});
after(() => model.close());

function openSite(t: TestContext) {
  const dataDir = mkdtempSync(join(tmpdir(), "rivulet-kept-"));
  const store = openSqlite({ dir: dataDir });
  let server: AppServer | undefined;
  t.after(async () => {
    await server?.kill();
    await store.close();
    rmSync(dataDir, { recursive: true, force: true });
  });
  const entry = { id: "kept", wire: "responses", baseURL: model.url };
  return {
    async stateOf(runId: string): Promise<RunState> {
      return foldAll(await readLog(store, runId).catch(() => []), runId);
    },
    async areOver(runIds: readonly string[]): Promise<boolean> {
      const runs = await Promise.all(runIds.map((runId) => store.runs.run(runId)));
      return runs.every((run) => run !== null && isEnded(run.status));
    },
    /** Killed, if it runs already. */
    async start(): Promise<AppServer> {
      await server?.kill();
      const port = server && Number(new URL(server.url).port);
      const env = { RIVULET_MODELS: JSON.stringify([entry]) };
      server = await startAppServer({ env, dataDir, ...(port !== undefined && { port }) });
      return server;
    },
  };
}

/** Nobody reads the runs: they have to finish by themselves. */
async function ask(client: ApiClient): Promise<string> {
  const runId = randomUUID();
  const path = `/api/conversations/${randomUUID()}/runs`;
  const response = await client.post(
    path,
    { runId, message: { text: runId } },
    { accept: "application/json" },
  );
  assert.equal(response.status, 202);
  await response.body?.cancel();
  return runId;
}

/** Each of the answers has so many characters more. */
async function writeMore(site: ReturnType<typeof openSite>, runIds: readonly string[]): Promise<void> {
  const lengths = () => Promise.all(runIds.map(async (runId) => textOf(await site.stateOf(runId)).length));
  const before = await lengths();
  await waitUntil(
    "all of them have written more",
    async () => (await lengths()).every((length, at) => length >= (before[at] ?? 0) + 60),
    20_000,
  );
}

/** What an answer is whose rest was asked for after each kill. */
function assertFetched(state: RunState): void {
  assert.equal(textOf(state), text);
  assert.ok(
    state.takeovers?.every(({ type }) => type === "fetched"),
    JSON.stringify(state.takeovers),
  );
  // The thought is there once, with what goes back to the endpoint.
  const thoughts = state.parts.filter(({ type }) => type === "reasoning");
  assert.ok(thoughts.length === 1 && JSON.stringify(thoughts).includes("gAAA="), JSON.stringify(thoughts));
}

test(`killed with -9 at ${kills} moments of answers that the endpoint keeps: each is asked for once, and is the same text; one that it has forgotten is asked for again, and that is said`, async (t) => {
  const endpoint = createKeepingEndpoint(words, 40);
  model.script(endpoint.answer);
  const site = openSite(t);
  const client = await apiClient((await site.start()).url);
  for (let killed = 0; killed < kills; ) {
    const runIds = await Promise.all(Array.from({ length: answersAtOnce }, () => ask(client)));
    const [forgotten = "", ...kept] = runIds;
    for (let cut = 0; cut < killsPerAnswer && killed < kills; cut += 1) {
      await writeMore(site, runIds);
      if (cut === 0) endpoint.forget(forgotten);
      await site.start();
      killed += 1;
    }
    await waitUntil("all are over", () => site.areOver(runIds), 30_000);
    const states = new Map(
      await Promise.all(runIds.map(async (runId) => [runId, await site.stateOf(runId)] as const)),
    );
    const timesBegun = (runId: string) => endpoint.begun.filter((body) => body.includes(runId)).length;
    for (const [runId, state] of states) {
      assert.equal(state.ending?.type, "finish");
      if (!kept.includes(runId)) continue;
      assertFetched(state);
      assert.equal(timesBegun(runId), 1);
    }
    const state = states.get(forgotten);
    assert.ok(state && textOf(state).endsWith(text.slice(-40)) && timesBegun(forgotten) >= 2);
    assert.ok(
      state.takeovers?.some(({ type }) => type !== "fetched"),
      JSON.stringify(state.takeovers),
    );
  }
});
