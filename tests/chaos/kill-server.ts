import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { RunEvent } from "#lib/protocol/run-event.ts";
import { isEnded } from "#lib/protocol/run-status.ts";
import { openSqlite } from "#lib/storage/sqlite.ts";
import type { Storage } from "#lib/storage/storage.ts";
import { type ApiClient, apiClient } from "../support/api-client.ts";
import { type AppServer, startAppServer } from "../support/app-server.ts";
import { done, finish, sse, textChunks, usage } from "../support/chat-chunks.ts";
import { goingOn, sentAnswer } from "../support/going-on.ts";
import { foldAll, readLog, textOf } from "../support/run-bench.ts";
import {
  type ScriptedModelServer,
  type Step,
  startScriptedModelServer,
} from "../support/scripted-model-server.ts";
import { waitUntil } from "../support/wait-until.ts";

/** Between two words of an answer, ms: long enough to be killed in any of them. */
const wordMs = 12;
const words = 50;

export interface KillFigures {
  kills: number;
  runs: number;
  /** From "ready" to the first event that the new holder wrote, ms; of each restart that found a run. */
  goingOnMs: number[];
  /** How many requests each run cost. */
  requests: number[];
}

/** Numbers that only the seed decides. */
function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/**
 * Kills a server with -9 at `kills` random moments of answers under way, at most twice a run, and starts it
 * again: every run must finish by itself, with the exact text and at most one more request a kill. Throws
 * where one does not.
 */
export async function killServer({ kills, seed }: { kills: number; seed: number }): Promise<KillFigures> {
  const random = seeded(seed);
  const model = await startScriptedModelServer();
  const dataDir = mkdtempSync(join(tmpdir(), "rivulet-kill-"));
  const env = { OPENAI_BASE_URL: model.url, OPENAI_MODEL: "scripted" };
  const figures: KillFigures = { kills: 0, runs: 0, goingOnMs: [], requests: [] };
  let app = await startAppServer({ env, dataDir });
  const port = Number(new URL(app.url).port);
  const store = openSqlite({ dir: dataDir });
  const client = await apiClient(app.url);
  model.script(({ body }) => ({ steps: stepsOf(body) }));
  try {
    while (figures.kills < kills) {
      const run = await ask(client);
      figures.runs += 1;
      const times = Math.min(kills - figures.kills, 1 + Math.floor(random() * 2));
      let killed = 0;
      for (; killed < times; killed += 1) {
        await sleep(random() * words * wordMs);
        await app.kill();
        const before = await readLog(store, run.runId);
        const meta = await store.runs.run(run.runId);
        app = await startAppServer({ env, dataDir, port });
        figures.kills += 1;
        if (!meta || isEnded(meta.status)) break;
        figures.goingOnMs.push(await goesOn(store, run.runId, before));
      }
      await checkRun(store, model, run, killed, figures);
    }
    checkOutput(app);
  } finally {
    await app.stop();
    await store.close();
    await model.close();
    rmSync(dataDir, { recursive: true, force: true });
  }
  return figures;
}

interface Run {
  runId: string;
  name: string;
}

/** The answer to a question with this name in it, for whoever asks again. */
const textFor = (name: string): string => Array.from({ length: words }, (_, at) => `${name}.${at} `).join("");

const nameIn = (text: string): string => /name-[0-9a-f]{8}/.exec(text)?.[0] ?? "nobody";

/** Goes on from what it is sent of its answer. */
function stepsOf(body: unknown): Step[] {
  const text = textFor(nameIn(JSON.stringify(body)));
  const rest = goingOn(text, sentAnswer(body));
  return [
    ...(rest.match(/\S+ ?|\s+/g) ?? []).flatMap((word): Step[] => [
      { write: sse(textChunks(word)) },
      { wait: wordMs },
    ]),
    { write: sse(finish(), usage(7, words)) + done },
  ];
}

/** Only until it is accepted: nobody reads the run, it has to finish by itself. */
async function ask(client: ApiClient): Promise<Run> {
  const runId = randomUUID();
  const name = `name-${runId.slice(0, 8)}`;
  const path = `/api/conversations/${randomUUID()}/runs`;
  const asked = await client.post(path, { runId, message: { text: name } }, { accept: "application/json" });
  assert.equal(asked.status, 202);
  await asked.body?.cancel();
  return { runId, name };
}

async function goesOn(store: Storage, runId: string, before: readonly RunEvent[]): Promise<number> {
  const readyAt = Date.now();
  const head = before.length;
  let first: RunEvent | undefined;
  await waitUntil(
    "the run goes on",
    async () => {
      first = (await readLog(store, runId))[head];
      return first !== undefined;
    },
    20_000,
  );
  // It may have resumed before the line "is ready" was read here.
  return Math.max(0, (first?.ts ?? 0) - readyAt);
}

async function checkRun(
  store: Storage,
  model: ScriptedModelServer,
  { runId, name }: Run,
  killed: number,
  figures: KillFigures,
): Promise<void> {
  await waitUntil(
    "the run is over",
    async () => {
      const run = await store.runs.run(runId);
      return run !== null && isEnded(run.status);
    },
    30_000,
  );
  const events = await readLog(store, runId);
  const state = foldAll(events);
  assert.equal(state.ending?.type, "finish", JSON.stringify(state.ending));
  assert.equal(textOf(state), textFor(name));
  assert.deepEqual(
    events.map(({ seq }) => seq),
    events.map((_, at) => at + 1),
  );
  const requests = model.requests.filter(({ body }) => JSON.stringify(body).includes(name)).length;
  assert.ok(requests <= 1 + killed, `${requests} requests after ${killed} kills`);
  figures.requests.push(requests);
}

function checkOutput(app: AppServer): void {
  assert.doesNotMatch(app.output(), /unhandled|"level":"error"/i);
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((one, other) => one - other);
  return sorted[Math.floor(sorted.length / 2)] ?? NaN;
}
