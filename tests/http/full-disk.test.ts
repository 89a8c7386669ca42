import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { appendFileSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { type ApiClient, apiClient, collect, eventsOf, foldOf } from "../support/api-client.ts";
import { type AppServer, startAppServer } from "../support/app-server.ts";
import { done, finish, sse, textChunks } from "../support/chat-chunks.ts";
import { foldAll, textOf } from "../support/run-bench.ts";
import { gate } from "../support/scripted-model.ts";
import {
  events,
  type ScriptedModelServer,
  startScriptedModelServer,
} from "../support/scripted-model-server.ts";
import { waitUntil } from "../support/wait-until.ts";

/** Runs a command with a small disk of its own in place of the data directory. */
const onSmallDisk = [
  "unshare",
  "-m",
  "sh",
  "-c",
  'mount -t tmpfs -o size=4m none "$DATA_DIR" && exec "$@"',
  "sh",
];
const [program, ...rest] = [...onSmallDisk, "true"];
const mayMount =
  process.platform === "linux" &&
  spawnSync(program, rest, { env: { ...process.env, DATA_DIR: tmpdir() } }).status === 0;
const skip = !mayMount && "needs the right to mount a tmpfs";

const word = (text: string): string => sse(textChunks(text));
const end = sse(finish()) + done;

let app: AppServer;
let model: ScriptedModelServer;
let client: ApiClient;
let dataDir: string;
before(async () => {
  if (skip !== false) return;
  dataDir = mkdtempSync(join(tmpdir(), "rivulet-full-"));
  model = await startScriptedModelServer();
  const env = { OPENAI_BASE_URL: model.url, OPENAI_MODEL: "scripted" };
  app = await startAppServer({ env, dataDir, within: onSmallDisk });
  client = await apiClient(app.url);
});
after(async () => {
  if (skip !== false) return;
  await app.stop();
  await model.close();
  rmSync(dataDir, { recursive: true });
});

/** The file that takes the room, as the server's own mount shows it. */
const filler = () => join(`/proc/${app.pid}/root`, dataDir, "filler");

function fill(): void {
  for (let bytes = 64 * 1024; bytes >= 1; bytes = Math.floor(bytes / 2)) {
    try {
      for (;;) appendFileSync(filler(), Buffer.alloc(bytes));
    } catch {
      // Less fits, or nothing.
    }
  }
}

test("R24 a full disk: reads work, a question is refused before the model is asked, and with room again it goes out", {
  skip,
}, async () => {
  model.next(events(word("first") + end));
  const first = await client.ask("one");
  await first.response.text();
  fill();
  const calls = model.requests.length;
  // A small write may still find room inside the files.
  await waitUntil("writes are refused", async () => {
    const { response } = await client.ask("x".repeat(30_000));
    if (response.status === 200) await response.text();
    return response.status === 503;
  });
  const asked = model.requests.length;
  const refused = await client.ask("x".repeat(30_000));
  const problem = await refused.response.json();
  assert.deepEqual([refused.response.status, problem.code], [503, "store_unavailable"]);
  assert.equal(model.requests.length, asked, `asked since it was full: ${asked - calls}`);
  const view = await (await client.request(`/api/conversations/${first.conversationId}`)).json();
  assert.equal(view.messages[1].parts[0].text, "first");
  assert.equal((await client.request("/api/conversations")).status, 200);
  assert.equal((await fetch(app.url, { headers: { cookie: client.cookie } })).status, 200);

  rmSync(filler());
  model.next(events(word("second") + end));
  const second = await client.ask("two", { conversationId: first.conversationId });
  assert.equal(textOf(await foldOf(second.response)), "second");
});

test("R24 a disk that fills up in mid-answer: what was shown stays, the rest waits for room, and comes once", {
  skip,
}, async () => {
  const hold = gate();
  const text = "y".repeat(200_000);
  model.next({ steps: [{ write: word("one ") }, { until: hold.promise }, { write: word(text) + end }] });
  const { response, runId } = await client.ask("go");
  const reading = collect(eventsOf(response));
  await waitUntil("it has begun", async () => {
    const run = await (await client.request(`/api/runs/${runId}`)).json();
    return run.head >= 5;
  });
  fill();
  hold.open();
  assert.ok(await saysDelayed(client, runId), "readers are told that saving is delayed");
  rmSync(filler());
  const log = await reading;
  const state = foldAll(log);
  assert.equal(textOf(state), `one ${text}`);
  assert.deepEqual(
    log.map(({ seq }) => seq),
    log.map((_, at) => at + 1),
  );
  assert.equal(state.ending?.type, "finish");
});

/** Reads a run's stream until it says that saving waits. */
async function saysDelayed(visitor: ApiClient, runId: string): Promise<boolean> {
  const response = await visitor.request(`/api/runs/${runId}/events?after=0`);
  const decoder = new TextDecoder();
  let text = "";
  for await (const chunk of response.body ?? []) {
    text += decoder.decode(chunk, { stream: true });
    if (text.includes(": delayed")) return true;
  }
  return false;
}
