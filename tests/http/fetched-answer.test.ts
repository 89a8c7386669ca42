import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { isEnded } from "#lib/protocol/run-status.ts";
import { openSqlite } from "#lib/storage/sqlite.ts";
import { apiClient } from "../support/api-client.ts";
import { type AppServer, startAppServer } from "../support/app-server.ts";
import { created, ended, messageItems, numberedFrom } from "../support/responses-events.ts";
import { foldAll, readLog, textOf } from "../support/run-bench.ts";
import {
  json,
  type RecordedRequest,
  type Script,
  type ScriptedModelServer,
  startScriptedModelServer,
} from "../support/scripted-model-server.ts";
import { sseFrames } from "../support/sse-frames.ts";
import { waitUntil } from "../support/wait-until.ts";

/** How often the server is killed while an answer is written. */
const kills = Number(process.env.RIVULET_KILLS ?? 2);
const killsOfOne = 4;
const wordMs = kills > killsOfOne ? 60 : 25;

const words = Array.from({ length: 160 }, (_, at) => `word-${at} `);
const text = words.join("");

let model: ScriptedModelServer;
before(async () => {
  model = await startScriptedModelServer();
});
after(() => model.close());

/** An endpoint that goes on with its answers whoever listens, and gives the rest of each. */
function keepingEndpoint({ forgets = false } = {}) {
  const startedAt = new Map<string, number>();
  let count = 0;

  function begin(body: unknown): Script {
    count += 1;
    const id = `resp_${count}`;
    startedAt.set(id, performance.now());
    const written = forgets && JSON.stringify(body).includes('"assistant"') ? sentWords(body) : 0;
    return play(id, eventsOf(id, words.slice(written)), -1);
  }

  function play(id: string, events: readonly object[], behind: number): Script {
    const elapsed = performance.now() - (startedAt.get(id) ?? 0);
    let waited = elapsed;
    const steps = events.slice(behind + 1).flatMap((event, at) => {
      const due = (behind + 1 + at) * wordMs;
      const wait = Math.max(0, due - waited);
      waited += wait;
      return [...(wait > 0 ? [{ wait }] : []), { write: sseFrames(event) }];
    });
    return { steps };
  }

  return ({ method, path, body }: RecordedRequest): Script => {
    if (method === "POST") return begin(body);
    const { pathname, searchParams } = new URL(path, "http://localhost");
    const id = pathname.split("/").at(-1) ?? "";
    if (forgets || !startedAt.has(id)) return json(404, { error: { message: "no such response" } });
    return play(id, eventsOf(id, words), Number(searchParams.get("starting_after") ?? -1));
  };
}

const eventsOf = (id: string, texts: readonly string[]): object[] =>
  numberedFrom(0, created({ id }), ...messageItems(0, texts), ended("completed", { id }));

/** How many words it is sent back of its own. */
const sentWords = (body: unknown): number => (JSON.stringify(body).match(/word-\d+ /g) ?? []).length;

const ofKind = (method: string, from: number): number =>
  model.requests.slice(from).filter((each) => each.method === method).length;

interface World {
  app: AppServer;
  restart(): Promise<AppServer>;
  textOfRun(runId: string): Promise<string>;
  ended(runId: string): Promise<ReturnType<typeof foldAll>>;
}

async function withServer(use: (world: World) => Promise<void>): Promise<void> {
  const dataDir = mkdtempSync(join(tmpdir(), "rivulet-fetched-"));
  const store = openSqlite({ dir: dataDir });
  const env = { RIVULET_MODELS: JSON.stringify([{ id: "kept", wire: "responses", baseURL: model.url }]) };
  let app = await startAppServer({ env, dataDir });
  const port = Number(new URL(app.url).port);
  const stateOf = async (runId: string) => foldAll(await readLog(store, runId).catch(() => []), runId);
  try {
    await use({
      app,
      async restart() {
        await app.kill();
        return (app = await startAppServer({ env, dataDir, port }));
      },
      textOfRun: async (runId) => textOf(await stateOf(runId)),
      async ended(runId) {
        const hasEnded = async () => isEnded((await store.runs.run(runId))?.status ?? "queued");
        await waitUntil("the run has ended", hasEnded, 30_000);
        return stateOf(runId);
      },
    });
  } finally {
    await app.kill();
    await store.close();
    rmSync(dataDir, { recursive: true, force: true });
  }
}

async function ask(app: AppServer): Promise<string> {
  const client = await apiClient(app.url);
  const runId = randomUUID();
  const body = { runId, message: { text: "go" }, model: "kept" };
  const path = `/api/conversations/${randomUUID()}/runs`;
  const response = await client.post(path, body, { accept: "application/json" });
  assert.equal(response.status, 202, await response.text());
  return runId;
}

test(`killed with -9 at ${kills} moments of an answer that its provider keeps: asked for once, and the text is the same`, async () => {
  model.script(keepingEndpoint());
  await withServer(async ({ app, restart, textOfRun, ended: end }) => {
    for (let killed = 0; killed < kills; ) {
      const from = model.requests.length;
      const runId = await ask(app);
      for (let cut = 0; cut < killsOfOne && killed < kills; cut += 1) {
        const { length } = await textOfRun(runId);
        // The provider goes on while nobody listens.
        if (length === text.length) break;
        await waitUntil("more is written", async () => (await textOfRun(runId)).length > length, 20_000);
        await restart();
        killed += 1;
      }
      const state = await end(runId);
      assert.deepEqual([textOf(state), state.ending?.type], [text, "finish"]);
      assert.equal(ofKind("POST", from), 1, "it was asked for once");
      assert.ok(state.takeovers?.every(({ type, isUnreported }) => type === "fetched" && !isUnreported));
      assert.deepEqual(state.total, { inputTokens: 7, outputTokens: 5, source: "provider" });
    }
  });
});

test("a provider that has forgotten the answer is asked to go on with what was read, and the log says so", async () => {
  model.script(keepingEndpoint({ forgets: true }));
  await withServer(async ({ app, restart, textOfRun, ended: end }) => {
    const from = model.requests.length;
    const runId = await ask(app);
    await waitUntil("some is written", async () => (await textOfRun(runId)).length > 40, 20_000);
    await restart();
    const state = await end(runId);
    assert.deepEqual([textOf(state), state.ending?.type], [text, "finish"]);
    assert.deepEqual([ofKind("POST", from), ofKind("GET", from)], [2, 1]);
    assert.deepEqual(
      state.takeovers?.map(({ type, isUnreported }) => [type, isUnreported]),
      [["continued", true]],
    );
  });
});
