import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { isEnded } from "#lib/protocol/run-status.ts";
import { openSqlite } from "#lib/storage/sqlite.ts";
import type { Storage } from "#lib/storage/storage.ts";
import { apiClient } from "../support/api-client.ts";
import { type AppServer, startAppServer } from "../support/app-server.ts";
import { answer, done, finish, sse, textChunks } from "../support/chat-chunks.ts";
import { foldAll, readLog, textOf } from "../support/run-bench.ts";
import { gate } from "../support/scripted-model.ts";
import {
  events,
  type Script,
  type ScriptedModelServer,
  startScriptedModelServer,
} from "../support/scripted-model-server.ts";
import { waitUntil } from "../support/wait-until.ts";

/** How often each way to stop is tried. */
const rounds = Number(process.env.RIVULET_STOPS ?? 1);
const graceSeconds = 3;
const live = 5;
/** Of the live answers, those that end while the server closes; the others have to be handed over. */
const ending = 3;

interface Way {
  name: string;
  /** To the whole process group, each so many ms after the one before. */
  signals: readonly (readonly [NodeJS.Signals, number])[];
  /** The terminal is gone: whoever writes to it gets an error. */
  losesOutput?: boolean;
}

const ways: readonly Way[] = [
  {
    name: "SIGTERM as npm passes it on, and again after a second",
    signals: [
      ["SIGTERM", 0],
      ["SIGTERM", 1],
      ["SIGTERM", 1000],
    ],
  },
  {
    name: "Ctrl-C by somebody impatient, then SIGTERM",
    signals: [
      ["SIGINT", 0],
      ["SIGINT", 300],
      ["SIGTERM", 700],
    ],
  },
  { name: "Ctrl-C of a pipe whose reader ended first", signals: [["SIGINT", 0]], losesOutput: true },
  {
    name: "SIGHUP of a terminal that is gone, then SIGTERM",
    signals: [
      ["SIGHUP", 0],
      ["SIGTERM", 1000],
    ],
    losesOutput: true,
  },
];

const dataDir = mkdtempSync(join(tmpdir(), "rivulet-stop-"));
let store: Storage;
let model: ScriptedModelServer;
/** The one that went on after the last stop. */
let server: AppServer | undefined;

before(async () => {
  store = openSqlite({ dir: dataDir });
  model = await startScriptedModelServer();
});
after(async () => {
  await server?.kill();
  await store.close();
  await model.close();
  rmSync(dataDir, { recursive: true, force: true });
});

const startHere = (): Promise<AppServer> =>
  startAppServer({
    dataDir,
    ownGroup: true,
    env: {
      OPENAI_BASE_URL: model.url,
      OPENAI_MODEL: "scripted",
      SHUTDOWN_SECONDS: `${graceSeconds}`,
      SWEEP_SECONDS: "0.3",
    },
  });

const word = (text: string): string => sse(textChunks(text));
const end = sse(finish()) + done;

for (const { name, signals, losesOutput = false } of ways) {
  test(`${name}: live answers are finished or handed over, each asked for once by each process, exit code 0`, async () => {
    for (let round = 0; round < rounds; round += 1) await stopOnce(signals, losesOutput);
  });
}

async function stopOnce(signals: Way["signals"], losesOutput: boolean): Promise<void> {
  const first = server ?? (await startHere());
  server = undefined;
  const hold = gate();
  const finishes: Script = {
    steps: [{ write: word("one ") }, { until: hold.promise }, { write: word("two") + end }],
  };
  const hangs: Script = { steps: [{ write: word("one ") }, { hang: true }] };
  const calls = model.requests.length;
  const client = await apiClient(first.url);
  const runIds: string[] = [];
  for (let at = 0; at < live; at += 1) {
    model.next(at < ending ? finishes : hangs);
    const { runId, response } = await client.ask(`question ${at}`);
    response.body?.cancel().catch(() => undefined);
    runIds.push(runId);
    await waitUntil("its first word is stored", async () => (await textAt(runId)) === "one ");
  }
  if (losesOutput) first.closeOutput();
  const toldAt = performance.now();
  for (const [signal, afterMs] of signals) {
    await delay(afterMs);
    first.signalGroup(signal);
  }
  hold.open();
  const { code, signal } = await first.gone;
  const took = performance.now() - toldAt;
  assert.deepEqual([code, signal], [0, null], first.output());
  assert.ok(took < (graceSeconds + 2) * 1000, `${took} ms`);
  assert.equal(model.requests.length - calls, live, "nothing was asked again before the end");
  const left = await Promise.all(runIds.map(async (runId) => (await store.runs.run(runId))?.status));
  assert.deepEqual(left, ["finished", "finished", "finished", "queued", "queued"]);

  for (let at = ending; at < live; at += 1) model.next(events(answer("two")));
  server = await startHere();
  await waitUntil("all are over", async () => (await Promise.all(runIds.map(ended))).every(Boolean), 15_000);
  for (const runId of runIds) {
    const state = foldAll(await readLog(store, runId));
    assert.deepEqual([textOf(state), state.ending?.type], ["one two", "finish"]);
    assert.equal((await store.runs.run(runId))?.continuations, 0, "a stop that was asked for is no crash");
  }
  assert.equal(model.requests.length - calls, live + (live - ending));
}

async function textAt(runId: string): Promise<string> {
  const log = await readLog(store, runId).catch(() => []);
  return log.length === 0 ? "" : textOf(foldAll(log));
}

async function ended(runId: string): Promise<boolean> {
  const run = await store.runs.run(runId);
  return run !== null && isEnded(run.status);
}
