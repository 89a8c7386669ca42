import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, type TestContext, test } from "node:test";
import { isEnded } from "#lib/protocol/run-status.ts";
import { openSqlite } from "#lib/storage/sqlite.ts";
import type { Storage } from "#lib/storage/storage.ts";
import { type ApiClient, apiClient } from "../support/api-client.ts";
import { type AppServer, startAppServer } from "../support/app-server.ts";
import { done, finish, sse, textChunks, usage } from "../support/chat-chunks.ts";
import { beginningAnew, type GoingOn, goingOn, repeating, sentAnswer } from "../support/going-on.ts";
import { foldAll, readLog, textOf } from "../support/run-bench.ts";
import {
  type Script,
  type ScriptedModelServer,
  startScriptedModelServer,
} from "../support/scripted-model-server.ts";
import { waitUntil } from "../support/wait-until.ts";

/** How often the server is killed, each time while all the models answer. */
const kills = Number(process.env.RIVULET_KILLS ?? 2);
/** How long an answer takes that is written in slices, and how long one of them is, seconds. */
// A slice in which a busy machine brings nothing new is one of the few after which an answer is given up.
const [answerSeconds, sliceSeconds] = process.env.RIVULET_KILLS === undefined ? [4, 1] : [20, 2];

const sentence = (nth: number): string => `River ${nth} has ${nth * 7} bends. `;
const textOfSentences = (count: number): string =>
  Array.from({ length: count }, (_, at) => sentence(at + 1)).join("");

/** Each with what it comes to: the same text, or another one behind what was read. */
const models: readonly { name: string; goesOn: GoingOn; isExact: boolean; isAnew: boolean }[] = [
  { name: "goes-on", goesOn: goingOn, isExact: true, isAnew: false },
  { name: "repeats", goesOn: repeating, isExact: true, isAnew: false },
  { name: "begins-anew", goesOn: beginningAnew, isExact: true, isAnew: true },
  {
    name: "says-something-else",
    goesOn: (text, written) => (written === "" ? text : `${text.slice(0, 30)}, once more. ${text.slice(30)}`),
    isExact: false,
    isAnew: true,
  },
];

let model: ScriptedModelServer;
before(async () => {
  model = await startScriptedModelServer();
});
after(() => model.close());

/** Every model answers the question that has its name in it. */
const answers =
  (text: string, wordMs: number) =>
  ({ body }: { body: unknown }): Script => {
    const asked = JSON.stringify(body);
    const { goesOn } = models.find(({ name }) => asked.includes(name)) ?? assert.fail(asked);
    const words = goesOn(text, sentAnswer(body)).match(/\S+ ?/g) ?? [];
    return {
      steps: [
        ...words.flatMap((word) => [{ write: sse(textChunks(word)) }, { wait: wordMs }]),
        { write: sse(finish(), usage(7, words.length)) + done },
      ],
    };
  };

function openSite(t: TestContext, env: Record<string, string> = {}) {
  const dataDir = mkdtempSync(join(tmpdir(), "rivulet-kept-"));
  const store: Storage = openSqlite({ dir: dataDir });
  let server: AppServer | undefined;
  t.after(async () => {
    await server?.kill();
    await store.close();
    rmSync(dataDir, { recursive: true, force: true });
  });
  return {
    store,
    async start(): Promise<AppServer> {
      await server?.kill();
      const port = server && Number(new URL(server.url).port);
      server = await startAppServer({
        env: { OPENAI_BASE_URL: model.url, OPENAI_MODEL: "scripted", ...env },
        dataDir,
        ...(port !== undefined && { port }),
      });
      return server;
    },
  };
}

/** Nobody reads the runs: they have to finish by themselves. Returns their ids in the order of the models. */
const askAll = (client: ApiClient): Promise<string[]> =>
  Promise.all(
    models.map(async ({ name }) => {
      const runId = randomUUID();
      const body = { runId, message: { text: `${name} ${runId}` } };
      const path = `/api/conversations/${randomUUID()}/runs`;
      const response = await client.post(path, body, { accept: "application/json" });
      assert.equal(response.status, 202);
      await response.body?.cancel();
      return runId;
    }),
  );

const stateOf = async (store: Storage, runId: string) =>
  foldAll(await readLog(store, runId).catch(() => []), runId);

const hasEnded = async (store: Storage, runId: string): Promise<boolean> => {
  const run = await store.runs.run(runId);
  return run !== null && isEnded(run.status);
};

/** Of a log that has ended: nothing that was shown is taken away at any of its events. */
async function checkAnswer(store: Storage, runId: string, text: string, wasCut: boolean): Promise<void> {
  const log = await readLog(store, runId);
  const { isExact, isAnew, name } =
    models.find((each) => JSON.stringify(asked(runId)).includes(each.name)) ?? assert.fail();
  let shown = "";
  for (const at of log.keys()) {
    const next = foldAll(log.slice(0, at + 1))
      .parts.flatMap((part) => ("text" in part ? [part.text] : []))
      .join("");
    assert.ok(next.startsWith(shown), `${name}: ${log[at]?.type} takes something away`);
    shown = next;
  }
  const state = foldAll(log);
  assert.equal(state.ending?.type, "finish", name);
  if (isExact) assert.equal(textOf(state), text, name);
  else if (wasCut) assert.ok(shown.endsWith(text.slice(30)), name);
  assert.equal(
    state.takeovers?.some(({ type }) => type === "anew") ?? false,
    wasCut && isAnew,
    `${name}: ${JSON.stringify(state.takeovers)}`,
  );
  assert.ok(
    log.every(({ type }) => type !== "reset-step"),
    name,
  );
}

/** The first request of a run. */
const asked = (runId: string): unknown =>
  model.requests.find(({ body }) => JSON.stringify(body).includes(runId))?.body;

const requestsOf = (runId: string): number =>
  model.requests.filter(({ body }) => JSON.stringify(body).includes(runId)).length;

test(`killed with -9 at ${kills} moments of answers under way: what was read stays, on whichever model`, async (t) => {
  const { store, start } = openSite(t);
  const text = textOfSentences(36);
  model.script(answers(text, 15));
  let app = await start();
  const client = await apiClient(app.url);
  for (let killed = 0; killed < kills; ) {
    const runIds = await askAll(client);
    const cuts = Math.min(3, kills - killed);
    for (let cut = 0; cut < cuts; cut += 1) {
      const lengths = await Promise.all(runIds.map(async (id) => textOf(await stateOf(store, id)).length));
      await waitUntil(
        "all of them have written more",
        async () => {
          const now = await Promise.all(runIds.map(async (id) => textOf(await stateOf(store, id)).length));
          return now.every((length, at) => length >= (lengths[at] ?? 0) + 40 + ((killed * 37) % 60));
        },
        20_000,
      );
      app = await start();
      killed += 1;
    }
    await waitUntil(
      "all are over",
      async () => (await Promise.all(runIds.map((id) => hasEnded(store, id)))).every(Boolean),
      30_000,
    );
    for (const runId of runIds) {
      await checkAnswer(store, runId, text, true);
      assert.ok(requestsOf(runId) <= 1 + cuts, "asked once more for each kill, at most");
    }
  }
  assert.doesNotMatch(app.output(), /unhandled|"level":"error"/i);
});

test(`an answer of ${answerSeconds} s in slices of ${sliceSeconds} s is handed over as often as it gets on`, async (t) => {
  const { store, start } = openSite(t, { RUN_SLICE_SECONDS: `${sliceSeconds}`, SWEEP_SECONDS: "0.1" });
  const text = textOfSentences(24);
  const words = text.match(/\S+ ?/g)?.length ?? 0;
  model.script(answers(text, (answerSeconds * 1000) / words));
  const app = await start();
  const runIds = await askAll(await apiClient(app.url));
  await waitUntil(
    "all are over",
    async () => (await Promise.all(runIds.map((id) => hasEnded(store, id)))).every(Boolean),
    answerSeconds * 10_000,
  );
  for (const [at, { name, isAnew }] of models.entries()) {
    const runId = runIds[at] ?? "";
    const requests = requestsOf(runId);
    const { ending } = await stateOf(store, runId);
    if (!isAnew) {
      await checkAnswer(store, runId, text, true);
      assert.ok(requests >= 3 && requests <= (answerSeconds / sliceSeconds) * 4, `${name}: ${requests}`);
    } else {
      // It would take for ever: it is given up in words, and every word that was shown is kept.
      assert.ok(ending?.type === "interrupted" && ending.reason === "time-limit", `${name}: ${ending?.type}`);
      assert.ok(requests <= 16, `${name}: ${requests}`);
    }
  }
});
