import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import type { ToolPart } from "#lib/protocol/message.ts";
import type { RunState } from "#lib/protocol/run-state.ts";
import { type ApiClient, apiClient, foldOf } from "../support/api-client.ts";
import { type AppServer, startAppServer } from "../support/app-server.ts";
import { answer, done, finish, sse, toolCall } from "../support/chat-chunks.ts";
import { type McpHttpServer, startMcpServer } from "../support/mcp-http-server.ts";
import {
  events,
  type RecordedRequest,
  type ScriptedModelServer,
  startScriptedModelServer,
} from "../support/scripted-model-server.ts";
import { waitUntil } from "../support/wait-until.ts";

const dir = mkdtempSync(join(tmpdir(), "rivulet-mcp-world-"));
const log = join(dir, "programs.log");
let model: ScriptedModelServer;
let tested: McpHttpServer;
let app: AppServer;
let client: ApiClient;

/** A server over HTTP, a program, and one that is not there. */
const startApp = (): Promise<AppServer> => {
  const program = [join(import.meta.dirname, "../support/mcp-stdio-server.ts")];
  const servers = [
    { name: "web", url: tested.url, effects: { echo: "read", fail: "read", die: "read", slow: "read" } },
    {
      name: "local",
      command: process.execPath,
      args: program,
      env: { RIVULET_TEST_LOG: log },
      effect: "read",
    },
    { name: "gone", url: "http://127.0.0.1:9/mcp" },
  ];
  return startAppServer({
    env: { OPENAI_BASE_URL: model.url, OPENAI_MODEL: "m", MCP_SERVERS: JSON.stringify(servers) },
  });
};

before(async () => {
  model = await startScriptedModelServer();
  tested = await startMcpServer("modern");
  app = await startApp();
  client = await apiClient(app.url);
  await untilListed();
});
after(async () => {
  await app.kill();
  await tested.close();
  await model.close();
  rmSync(dir, { recursive: true, force: true });
});

/** A busy machine may take longer to start them than a run waits. */
const untilListed = () =>
  waitUntil(
    "the servers are listed",
    async () => {
      const { servers } = await (await client.request("/api/mcp-servers")).json();
      return servers.every(
        (each: { name: string; state: string }) => each.name === "gone" || each.state === "ready",
      );
    },
    20_000,
  );

type Call = readonly [name: string, input: unknown];

/** The model makes the calls, all at once, and answers when it has their results. */
function script(calls: readonly Call[]): void {
  const chunks = calls.flatMap(([name, input], at) => toolCall(at, `c${at}`, name, JSON.stringify(input)));
  model.script((request) =>
    hasResults(request) ? events(answer("That is all.")) : events(sse(chunks, finish("tool_calls")) + done),
  );
}

const hasResults = ({ body }: RecordedRequest): boolean => JSON.stringify(body).includes('"role":"tool"');

async function ask(text: string, ...calls: readonly Call[]): Promise<RunState> {
  script(calls);
  return foldOf((await client.ask(text)).response);
}

const outputsOf = ({ parts }: RunState): unknown[] =>
  parts
    .filter((part): part is ToolPart => part.type === "tool")
    .map(({ output, errorText }) => output ?? errorText);

const pids = (): number[] => readFileSync(log, "utf8").trim().split("\n").map(Number);

const isAlive = (pid: number): boolean => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

test("a model calls the tools of a server over HTTP and of a program, its failures are words, and a server that is away costs nothing else", async () => {
  const state = await ask(
    "Say it.",
    ["web__echo", { text: "one" }],
    ["local__echo", { text: "two" }],
    ["web__fail", {}],
    ["web__echo", { text: 3 }],
    ["local__add", { a: 1, b: 2 }],
    ["gone__echo", {}],
  );
  assert.equal(state.ending?.type, "finish");
  const [one, two, failed, invalid, sum, unknown] = outputsOf(state);
  assert.deepEqual([one, two, failed, sum], ["one", "two", "no such city", { sum: 3 }]);
  assert.match(String(invalid), /arguments of web__echo are not valid/);
  assert.match(String(unknown), /Tool gone__echo not found/);
  const { body } = model.requests.at(-1) ?? {};
  assert.match(JSON.stringify(body), /"name":"web__slow"/);
});

test("a server that ends in a call fails that call alone, and a stop reaches a call that goes on", async () => {
  const state = await ask("End.", ["web__die", {}], ["local__echo", { text: "still here" }]);
  assert.equal(state.ending?.type, "finish");
  const [died, still] = outputsOf(state);
  assert.match(String(died), /web ended its connection before it answered/);
  assert.equal(still, "still here");

  script([["web__slow", { ms: 60_000, steps: 600 }]]);
  const { runId, response } = await client.ask("Wait.");
  await waitUntil("the call goes on", () => tested.world.calls.includes("slow began"));
  await client.post(`/api/runs/${runId}/stop`, {});
  assert.equal((await foldOf(response)).ending?.type, "abort");
  await waitUntil("its server knows", () => tested.world.calls.includes("slow was cancelled"));
});

test("what needs a person's word is asked before the server is called", async () => {
  script([["web__add", { a: 1, b: 2 }]]);
  const { runId, response } = await client.ask("Add.");
  await response.body?.cancel();
  await waitUntil("the run waits", async () => {
    const { status } = await (await client.request(`/api/runs/${runId}`)).json();
    return status === "waiting";
  });
  await client.post(`/api/runs/${runId}/stop`, {});
});

test("a program ends with the product, however that ends", async () => {
  assert.ok(pids().some(isAlive));
  await app.kill();
  await waitUntil("after a kill -9 it is gone", () => !pids().some(isAlive));
  app = await startApp();
  client = await apiClient(app.url);
  await untilListed();
  await ask("Again.", ["local__echo", { text: "a" }]);
  assert.ok(pids().some(isAlive));
  await app.stop();
  assert.ok(!pids().some(isAlive));
});
