import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { apiClient, eventsOf, foldOf } from "../support/api-client.ts";
import { type AppServer, startAppServer } from "../support/app-server.ts";
import { done, finish, sse, textChunks } from "../support/chat-chunks.ts";
import { textOf } from "../support/run-bench.ts";
import { type ScriptedModelServer, startScriptedModelServer } from "../support/scripted-model-server.ts";

let model: ScriptedModelServer;
const dataDir = mkdtempSync(join(tmpdir(), "rivulet-own-key-"));
const servers: AppServer[] = [];

before(async () => {
  model = await startScriptedModelServer();
});
after(async () => {
  for (const server of servers) await server.kill();
  await model.close();
  rmSync(dataDir, { recursive: true, force: true });
});

async function start(): Promise<AppServer> {
  const endpoint = { OPENAI_BASE_URL: model.url, OPENAI_MODEL: "scripted", OPENAI_API_KEY: "sk-server" };
  const server = await startAppServer({ env: endpoint, dataDir });
  servers.push(server);
  return server;
}

test("S55 an answer on a browser's key whose server is killed keeps its text, says that it needs the key, and is continued with it", async () => {
  const first = await start();
  const client = await apiClient(first.url);
  const kept = await client.post("/api/models/key", { model: "scripted", key: "sk-own" });
  const [keys = ""] = (kept.headers.get("set-cookie") ?? "").split(";");
  const headers = { cookie: `${client.cookie}; ${keys}` };
  model.next({ steps: [{ write: sse(textChunks("half of it")) }, { hang: true }] });
  const [conversationId, runId] = [randomUUID(), randomUUID()];
  const path = `/api/conversations/${conversationId}/runs`;
  const begun = await client.post(path, { runId, message: { text: "hi" }, model: "scripted" }, headers);
  for await (const event of eventsOf(begun)) if (event.type === "text-delta") break;
  await first.kill();

  const second = await start();
  const again = await apiClient(second.url, client.cookie);
  const ended = await foldOf(await again.request(`/api/runs/${runId}/events?after=0`));
  assert.deepEqual(
    [ended.ending?.type === "error" && ended.ending.code, textOf(ended)],
    ["needs-key", "half of it"],
  );
  assert.deepEqual(
    model.requests.map((each) => each.headers.authorization),
    ["Bearer sk-own"],
    "the server's key never stands in for it",
  );

  model.next({ steps: [{ write: sse(textChunks(", and the rest"), finish()) + done }] });
  const more = { runId: randomUUID(), continue: runId, model: "scripted" };
  const state = await foldOf(await again.post(path, more, headers));
  assert.equal(textOf(state), ", and the rest");
  assert.equal(model.requests.at(-1)?.headers.authorization, "Bearer sk-own");
});
