import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { isEnded } from "#lib/protocol/run-status.ts";
import { openSqlite } from "#lib/storage/sqlite.ts";
import type { Storage } from "#lib/storage/storage.ts";
import { type ApiClient, apiClient } from "../support/api-client.ts";
import { type AppServer, startAppServer } from "../support/app-server.ts";
import { answer, done, finish, sse, toolCall, word } from "../support/chat-chunks.ts";
import { foldAll, readLog, textOf } from "../support/run-bench.ts";
import {
  events,
  type ScriptedModelServer,
  startScriptedModelServer,
} from "../support/scripted-model-server.ts";
import { untilListed } from "../support/until-listed.ts";
import { waitUntil } from "../support/wait-until.ts";

const dir = mkdtempSync(join(tmpdir(), "rivulet-mcp-stop-"));
let store: Storage;
let model: ScriptedModelServer;
let server: AppServer | undefined;

before(async () => {
  store = openSqlite({ dir });
  model = await startScriptedModelServer();
});
after(async () => {
  await server?.kill();
  await store.close();
  await model.close();
  rmSync(dir, { recursive: true, force: true });
});

const pidsFile = (name: string) => join(dir, `${name}.pids`);
const pids = (name: string): number[] => {
  try {
    return readFileSync(pidsFile(name), "utf8").trim().split("\n").map(Number);
  } catch {
    return [];
  }
};

/** A program that ends when it is told to, and one that takes a second to. */
async function start(): Promise<AppServer> {
  const program = (name: string, env = {}) => ({
    ...{ name, command: process.execPath, effect: "read" },
    args: [join(import.meta.dirname, "../support/mcp-stdio-server.ts")],
    env: { RIVULET_TEST_LOG: pidsFile(name), ...env },
  });
  const servers = [program("local"), program("lingering", { RIVULET_TEST_STAYS: "1" })];
  return startAppServer({
    dataDir: dir,
    ownGroup: true,
    env: {
      OPENAI_BASE_URL: model.url,
      OPENAI_MODEL: "m",
      MCP_SERVERS: JSON.stringify(servers),
      SHUTDOWN_SECONDS: "1",
      SWEEP_SECONDS: "0.3",
    },
  });
}

const isAlive = (pid: number): boolean => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

/** The conversation is read over and over, as a page does that has lost its stream. */
async function keepReading(client: ApiClient, conversationId: string): Promise<number> {
  let reads = 0;
  try {
    for (;;) {
      await (await client.request(`/api/conversations/${conversationId}`)).text();
      reads += 1;
    }
  } catch {
    // The server is gone.
    return reads;
  }
}

test("a service manager that ends the programs along with the product: their calls are made anew by the next process, and nothing is asked again by the one that ends", async () => {
  server = await start();
  const client = await apiClient(server.url);
  await untilListed(client);
  model.next(events(sse(toolCall(0, "c", "local__slow", '{"ms": 900}'), finish("tool_calls")) + done));
  const calling = await client.ask("call");
  calling.response.body?.cancel().catch(() => undefined);
  await waitUntil("the call goes on", async () =>
    (await readLog(store, calling.runId)).some(({ type }) => type === "tool-start"),
  );
  model.next({ steps: [{ write: word("one ") }, { hang: true }] });
  const writing = await client.ask("write");
  writing.response.body?.cancel().catch(() => undefined);
  await waitUntil("it writes", async () => textOf(foldAll(await readLog(store, writing.runId))) === "one ");
  const reading = keepReading(client, writing.conversationId);
  for (const pid of pids("local")) process.kill(pid, "SIGTERM");
  server.signalGroup("SIGTERM");
  assert.deepEqual(await server.gone, { code: 0, signal: null }, server.output());
  assert.ok((await reading) > 10);
  assert.equal(model.requests.length, 2, "nothing was asked again before the end");
  await waitUntil("the programs are gone", () => !["local", "lingering"].flatMap(pids).some(isAlive));
  const runIds = [calling.runId, writing.runId];
  const left = await Promise.all(runIds.map(async (runId) => (await store.runs.run(runId))?.status));
  assert.deepEqual(left, ["queued", "queued"]);

  model.script(({ body }) => events(answer(JSON.stringify(body).includes("call") ? "called" : "two")));
  server = await start();
  const ended = async (runId: string) => isEnded((await store.runs.run(runId))?.status ?? "queued");
  await waitUntil("all are over", async () => (await Promise.all(runIds.map(ended))).every(Boolean), 20_000);
  const [called, written] = await Promise.all(
    runIds.map(async (runId) => foldAll(await readLog(store, runId))),
  );
  const [call] = called?.parts ?? [];
  assert.deepEqual(
    [call?.type === "tool" && [call.state, call.output, call.attempt], called && textOf(called)],
    [["output-available", "done", 2], "called"],
  );
  assert.equal(written && textOf(written), "one two");
  for (const runId of runIds) assert.equal((await store.runs.run(runId))?.continuations, 0);
  assert.equal(await server.stop(), 0);
});
