import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { readdirSync } from "node:fs";
import { after, before, test } from "node:test";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { createEndpointModel, type WireName } from "#lib/models/endpoint-model.ts";
import { isEnded } from "#lib/protocol/run-status.ts";
import { continueRun } from "#lib/runs/continue-run.ts";
import type { RunContext } from "#lib/runs/run-context.ts";
import { startRun } from "#lib/runs/start-run.ts";
import { stopRun } from "#lib/runs/stop-run.ts";
import { apiClient } from "../../support/api-client.ts";
import { startAppServer } from "../../support/app-server.ts";
import { answer, done, finish, sse, textChunks, toolCall } from "../../support/chat-chunks.ts";
import { localApi } from "../../support/local-api.ts";
import { messageEnd, messageStart, textBlock } from "../../support/messages-events.ts";
import { created, ended, messageItems, numberedFrom } from "../../support/responses-events.ts";
import { question, runContext } from "../../support/run-bench.ts";
import {
  events,
  json,
  type Script,
  type ScriptedModelServer,
  type Step,
  startScriptedModelServer,
} from "../../support/scripted-model-server.ts";
import { sseFrames } from "../../support/sse-frames.ts";
import { waitUntil } from "../../support/wait-until.ts";

let server: ScriptedModelServer;
before(async () => {
  server = await startScriptedModelServer();
});
after(() => server.close());

/** Without keep-alive: each socket that is open is one that was forgotten. */
const whole: Script = { ...events(answer("one two")), headers: { connection: "close" } };
const hangs: Step[] = [{ write: sse(textChunks("one ")) }, { hang: true }];
/**
 * The reset waits until what was written has been read: a connection that breaks before the first word is
 * asked again.
 */
const breaks: Step[] = [{ write: sse(textChunks("one ")) }, { wait: 15 }, { reset: true }];

setFlagsFromString("--expose-gc");
const collectGarbage: () => void = runInNewContext("gc");

/** Sockets, timers and whatever else holds a process open or watches; by kind. */
function resources(): Record<string, number> {
  const count: Record<string, number> = {};
  for (const kind of process.getActiveResourcesInfo()) count[kind] = (count[kind] ?? 0) + 1;
  return count;
}

/** Heap in use after full collections, bytes; a turn between them lets what was watched weakly be cleared. */
async function heap(): Promise<number> {
  for (let round = 0; round < 5; round += 1) {
    collectGarbage();
    await new Promise((resolve) => setImmediate(resolve));
  }
  return process.memoryUsage().heapUsed;
}

const openConnections = (): number => server.requests.filter(({ closedAt }) => closedAt === undefined).length;

function context(): RunContext {
  const modelOf = (id: string, idleMs: number, wire: WireName = "chat") =>
    createEndpointModel({ id, wire, baseUrl: server.url, firstByteMs: 60_000, idleMs, maxCharacters: 1e6 });
  const models = [
    ...([modelOf("scripted", 60_000), modelOf("idle", 50)] as const),
    ...[modelOf("responses", 60_000, "responses"), modelOf("messages", 60_000, "messages")],
  ] as const;
  const pickModel = async (id?: string) => models.find((model) => model.id === id) ?? models[0];
  return runContext(models[0], { newId: randomUUID, pickModel });
}

/** Opens a stream of the run, reads its first chunk, and goes away without a word. */
async function openAndDrop(here: RunContext, runId: string): Promise<void> {
  const api = localApi(here);
  const response = await api(`/api/runs/${runId}/events?after=0`);
  const reader = response.body?.getReader();
  await reader?.read();
  await reader?.cancel();
}

test("1,000 streams opened and dropped leave no listener, timer or memory behind, and the run goes on", async () => {
  const here = context();
  server.next({ steps: hangs });
  const run = question("go");
  const created = await startRun(here, run);
  await waitUntil("it is written", async () => ((await here.storage.runs.run(run.runId))?.head ?? 0) >= 5);
  for (let warm = 0; warm < 50; warm += 1) await openAndDrop(here, run.runId);
  const [resourcesBefore, heapBefore] = [resources(), await heap()];
  for (let opened = 0; opened < 1_000; opened += 1) await openAndDrop(here, run.runId);
  const growth = (await heap()) - heapBefore;
  assert.ok(growth < 2e6, `the heap grew by ${growth} bytes`);
  for (const [kind, many] of Object.entries(resources()))
    assert.ok(
      many <= (resourcesBefore[kind] ?? 0) + 5,
      `${kind}: ${resourcesBefore[kind] ?? 0} before, ${many} after`,
    );
  await stopRun(here, run.runId, "user");
  await (created as { done?: Promise<void> }).done;
  await waitUntil("the provider's socket is closed", () => openConnections() === 0, 2_000);
  await here.storage.close();
});

/** What the test does with a run once it is written, or once it has been asked for. */
interface Page {
  here: RunContext;
  runId: string;
  conversationId: string;
  close(): Promise<void>;
}

const closing = { headers: { connection: "close" } };
const hanging: Script = { steps: hangs, ...closing };
const stop = ({ here, runId }: Page) => stopRun(here, runId, "user");

interface Way {
  /** Answers its requests, the first one first and the last one from then on. */
  scripts: readonly Script[];
  /** Once there are words; absent: it ends by itself. */
  act?(page: Page): Promise<unknown>;
  /** Not one word comes: `act` begins when it was asked for. */
  isSilent?: boolean;
  /** `idle` may be idle for 50 ms only; the others are named after their wires. */
  model?: string;
}

/** The answers of the other wires: whole, or the beginning of one. */
const responsesFrames = numberedFrom(0, created(), ...messageItems(0, ["one ", "two"]), ended());
const messagesFrames = [messageStart(), ...textBlock(0, "one ", "two"), ...messageEnd()];
const wholeOf = (frames: readonly object[]): Script => ({ ...events(sseFrames(...frames)), ...closing });
const hangsAfter = (frames: readonly object[]): Script => ({
  steps: [{ write: sseFrames(...frames.slice(0, 3)) }, { hang: true }],
  ...closing,
});
const breaksAfter = (frames: readonly object[]): Script => ({
  steps: [{ write: sseFrames(...frames.slice(0, 3)) }, { wait: 15 }, { reset: true }],
});

const ways: Record<string, Way> = {
  finished: { scripts: [whole] },
  "cut short": { scripts: [{ ...events(sse(textChunks("one"), finish("length")) + done), ...closing }] },
  "stopped in mid-answer": { scripts: [hanging], act: stop },
  "stopped before its first word": { scripts: [{ steps: [{ hang: true }] }], act: stop, isSilent: true },
  "stopped before the headers": {
    scripts: [{ headersFirst: false, steps: [{ hang: true }] }],
    act: stop,
    isSilent: true,
  },
  "its page closed, then stopped": {
    scripts: [hanging],
    async act(page) {
      await page.close();
      await stop(page);
    },
  },
  "its conversation deleted": {
    scripts: [hanging],
    act: ({ here, conversationId }) =>
      localApi(here)(`/api/conversations/${conversationId}`, { method: "DELETE" }),
  },
  "handed over": {
    scripts: [hanging, whole],
    async act({ here, runId }) {
      const live = here.live.get(runId);
      live?.handOver();
      await live?.done;
      const run = await here.storage.runs.run(runId);
      if (run) await continueRun(here, run);
    },
  },
  "the connection broke": { scripts: [{ steps: breaks }] },
  "the endpoint fell silent": { scripts: [hanging], model: "idle" },
  "an error in the stream": {
    scripts: [{ ...events(`${sse(textChunks("one"))}data: {"error":{"message":"no"}}\n\n`), ...closing }],
  },
  "no more of it": { scripts: [{ ...events(sse(textChunks("one"))), ...closing }] },
  refused: { scripts: [json(400, { error: { message: "no" } }, closing.headers)] },
  "no key": { scripts: [json(401, {}, closing.headers)] },
  "a page in its place": {
    scripts: [{ steps: [{ write: "<html>" }], headers: { "content-type": "text/html", ...closing.headers } }],
  },
  "finished, on the Responses wire": { scripts: [wholeOf(responsesFrames)], model: "responses" },
  "stopped in mid-answer, on the Responses wire": {
    scripts: [hangsAfter(responsesFrames)],
    act: stop,
    model: "responses",
  },
  "the connection broke and its rest is gone": {
    scripts: [breaksAfter(responsesFrames)],
    model: "responses",
  },
  "finished, on the Messages wire": { scripts: [wholeOf(messagesFrames)], model: "messages" },
  "stopped in mid-answer, on the Messages wire": {
    scripts: [hangsAfter(messagesFrames)],
    act: stop,
    model: "messages",
  },
  "the connection broke, on the Messages wire": {
    scripts: [breaksAfter(messagesFrames)],
    model: "messages",
  },
  "a call of a tool that nobody has": {
    scripts: [
      { ...events(sse(toolCall(0, "call", "none", "{}"), finish("tool_calls")) + done), ...closing },
      whole,
    ],
  },
};

/** Answers by the way that the question names; no answer is kept for whoever asks for its rest. */
function answerByWay(): void {
  const asked = new Map<string, number>();
  server.script(({ body, method }) => {
    if (method === "GET") return json(404, { error: { message: "no such response" } }, closing.headers);
    const [, name = "", run = ""] = /way: (.*?); run: ([\w-]+)/.exec(JSON.stringify(body)) ?? [];
    const nth = asked.get(run) ?? 0;
    asked.set(run, nth + 1);
    const scripts = ways[name]?.scripts ?? [];
    return scripts[Math.min(nth, scripts.length - 1)] ?? whole;
  });
}

/** A run that ends in that way, seen by a page. */
async function endRun(here: RunContext, name: string): Promise<void> {
  const { act, isSilent = false, model } = ways[name] ?? assert.fail(name);
  const [runId, conversationId] = [randomUUID(), randomUUID()];
  const text = `way: ${name}; run: ${runId}`;
  const body = JSON.stringify({ runId, message: { text }, ...(model !== undefined && { model }) });
  const headers = { "content-type": "application/json" };
  const response = await localApi(here)(`/api/conversations/${conversationId}/runs`, {
    method: "POST",
    headers,
    body,
  });
  const reader = response.body?.getReader();
  let isClosed = false;
  const close = async () => {
    isClosed = true;
    await reader?.cancel();
  };
  const drained = (async () => {
    while (reader && !(await reader.read()).done);
  })();
  if (act) {
    const isAsked = () => server.requests.some((request) => JSON.stringify([request.body]).includes(runId));
    const isWritten = async () => ((await here.storage.runs.run(runId))?.head ?? 0) >= 5;
    await waitUntil(`${name}: it has begun`, isSilent ? isAsked : isWritten, 20_000);
    await act({ here, runId, conversationId, close });
  }
  await waitUntil(
    `${name}: it is over`,
    async () => {
      const run = await here.storage.runs.run(runId);
      return (run === null || isEnded(run.status)) && here.live.get(runId) === undefined;
    },
    20_000,
  );
  if (!isClosed) await drained;
}

const listeners = (): Record<string, number> =>
  Object.fromEntries(process.eventNames().map((name) => [String(name), process.listenerCount(name)]));

/** `many` runs at once, as many of each way. */
const endRuns = (here: RunContext, many: number) =>
  Promise.all(
    Array.from({ length: many }, (_, at) =>
      endRun(here, Object.keys(ways)[at % Object.keys(ways).length] ?? ""),
    ),
  );

test("200 runs of mixed endings at once leave no socket, listener, timer or memory behind", async () => {
  const here = context();
  answerByWay();
  await endRuns(here, 32);
  await waitUntil("all sockets are closed", () => openConnections() === 0, 2_000);
  const [resourcesBefore, listenersBefore, heapBefore] = [resources(), listeners(), await heap()];
  await endRuns(here, 200);
  await waitUntil("all sockets are closed", () => openConnections() === 0, 2_000);
  // What the 200 requests were is kept by the scripted server and the store in memory: some KB each.
  const growth = (await heap()) - heapBefore;
  assert.ok(growth < 200 * 11_000, `the heap grew by ${growth} bytes`);
  assert.deepEqual(listeners(), listenersBefore);
  const added = () =>
    Object.entries(resources()).filter(([kind, many]) => many > (resourcesBefore[kind] ?? 0) + 5);
  // That an answer is to be ended where it is kept, is told behind its run.
  await waitUntil("nothing is open or timed that was not before", () => added().length === 0, 10_000).catch(
    () => assert.deepEqual(added(), [], `before: ${JSON.stringify(resourcesBefore)}`),
  );
  assert.equal(here.live.size, 0);
  await here.storage.close();
});

test("a real server: 1,000 streams dropped and 40 runs ended in four ways, and its files and sockets are as before", async (t) => {
  const app = await startAppServer({ env: { OPENAI_BASE_URL: server.url, OPENAI_MODEL: "scripted" } });
  t.after(() => app.stop());
  const client = await apiClient(app.url);
  const files = () => readdirSync(`/proc/${app.pid}/fd`).length;
  const ask = async (way: number) => {
    server.next(way === 0 ? whole : { steps: way === 3 ? breaks : hangs });
    const { runId, response } = await client.ask("go");
    const reader = response.body?.getReader();
    await reader?.read();
    if (way === 2) await reader?.cancel();
    if (way === 1 || way === 2) await client.post(`/api/runs/${runId}/stop`, {});
    if (way !== 2) while (reader && !(await reader.read()).done);
  };
  for (let warm = 0; warm < 8; warm += 1) await ask(warm % 4);
  const before = files();
  for (let run = 0; run < 40; run += 1) await ask(run % 4);
  server.next({ steps: hangs });
  const live = await client.ask("go");
  await live.response.body?.cancel();
  let opened = 0;
  const openAll = async () => {
    for (; opened < 1_000; opened += 1) {
      const response = await client.request(`/api/runs/${live.runId}/events?after=0`);
      await response.body?.cancel();
    }
  };
  await Promise.all(Array.from({ length: 20 }, openAll));
  await client.post(`/api/runs/${live.runId}/stop`, {});
  await waitUntil("files and sockets are back", () => files() <= before + 5, 10_000);
});
