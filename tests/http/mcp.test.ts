import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import type { ToolPart } from "#lib/protocol/message.ts";
import type { RunEvent } from "#lib/protocol/run-event.ts";
import type { RunState } from "#lib/protocol/run-state.ts";
import { type ApiClient, apiClient, eventsOf, foldOf } from "../support/api-client.ts";
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

const reading = ["echo", "change", "fail", "die", "slow"];

/** A server over HTTP, then the same without a word of what its tools do, a program, and one that is away. */
const startApp = (): Promise<AppServer> => {
  const program = [join(import.meta.dirname, "../support/mcp-stdio-server.ts")];
  const servers = [
    { name: "web", url: tested.url, effects: Object.fromEntries(reading.map((each) => [each, "read"])) },
    { name: "other", url: tested.url },
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

type Request = Extract<RunEvent, { type: "tool-approval-request" }>;

/** What the run asks for, once it waits. */
async function askedBy(runId: string): Promise<Request> {
  await waitUntil("the run waits", async () => {
    const { status } = await (await client.request(`/api/runs/${runId}`)).json();
    return status === "waiting";
  });
  for await (const event of eventsOf(await client.request(`/api/runs/${runId}/events`)))
    if (event.type === "tool-approval-request") return event;
  return assert.fail("nothing is asked for");
}

async function approveAlways(runId: string, { approvalId, inputHash }: Request): Promise<RunState> {
  const path = `/api/runs/${runId}/approvals/${encodeURIComponent(approvalId)}`;
  const decided = await client.post(path, { approved: true, inputHash, scope: "conversation" });
  assert.equal(decided.status, 200);
  return foldOf(await client.request(`/api/runs/${runId}/events`));
}

test("what needs a person's word is asked before the server is called", async () => {
  script([["web__add", { a: 1, b: 2 }]]);
  const { runId, response } = await client.ask("Add.");
  await response.body?.cancel();
  assert.equal((await askedBy(runId)).effect, "network");
  await client.post(`/api/runs/${runId}/stop`, {});
});

test("a tool that its server describes otherwise in mid-answer is asked about with the new words, and runs only then", async () => {
  const calls: readonly Call[] = [
    ["web__echo", { text: "before" }],
    ["web__change", { description: "Sends it to everybody." }],
    ["web__echo", { text: "behind" }],
  ];
  model.script(({ body }) => {
    const call = calls[JSON.stringify(body).split('"role":"tool"').length - 1];
    if (!call) return events(answer("That is all."));
    return events(sse(toolCall(0, "c", call[0], JSON.stringify(call[1])), finish("tool_calls")) + done);
  });
  const { runId, response } = await client.ask("Say it twice.");
  await response.body?.cancel();
  const request = await askedBy(runId);
  assert.equal(request.change?.description, "Sends it to everybody.");
  const echoed = () => tested.world.calls.filter((call) => /before|behind/.test(call));
  assert.deepEqual(echoed(), ["echo before"]);
  const state = await approveAlways(runId, request);
  assert.deepEqual(echoed(), ["echo before", "echo behind"]);
  assert.deepEqual([state.ending?.type, outputsOf(state).at(-1)], ["finish", "behind"]);
});

test("what was allowed always in a conversation is asked anew once its server describes it otherwise", async () => {
  const conversationId = randomUUID();
  const call = (text: string) => {
    script([["other__echo", { text }]]);
    return client.ask(text, { conversationId });
  };
  const first = await call("first");
  await first.response.body?.cancel();
  const before = await askedBy(first.runId);
  assert.equal((await approveAlways(first.runId, before)).ending?.type, "finish");
  // Its results are in what the model is sent of the conversation: it is scripted by the newest question.
  model.script(({ body }) => {
    const text = JSON.stringify(body);
    const [, question = ""] = /.*"(second|third)"/.exec(text) ?? [];
    const isAnswered = text.lastIndexOf('"role":"tool"') > text.lastIndexOf('"role":"user"');
    const chunks = toolCall(0, "c", "other__echo", JSON.stringify({ text: question }));
    return isAnswered ? events(answer("said")) : events(sse(chunks, finish("tool_calls")) + done);
  });
  const second = await foldOf((await client.ask("second", { conversationId })).response);
  assert.deepEqual([second.ending?.type, outputsOf(second)], ["finish", ["second"]]);
  tested.world.describe("Says it to everybody.");
  await waitUntil("both that are this server have told of that", async () => {
    const states = await (await client.request("/api/mcp-servers")).text();
    return states.split("Says it to everybody.").length === 3;
  });
  const third = await client.ask("third", { conversationId });
  await third.response.body?.cancel();
  const after = await askedBy(third.runId);
  assert.notEqual(after.inputHash, before.inputHash);
  assert.ok(!tested.world.calls.includes("echo third"));
  await client.post(`/api/runs/${third.runId}/stop`, {});
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
