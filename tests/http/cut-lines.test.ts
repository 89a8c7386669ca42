import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { after, before, test } from "node:test";
import { createLiveConversation } from "#lib/client/conversation/live-conversation.ts";
import type { ClientEnvironment } from "#lib/client/environment.ts";
import { followLog } from "#lib/client/follow-log.ts";
import { getEvents } from "#lib/client/requests.ts";
import { emptyRun, type RunState } from "#lib/protocol/run-state.ts";
import { median } from "../chaos/kill-server.ts";
import { type ApiClient, apiClient, foldOf } from "../support/api-client.ts";
import { type AppServer, startAppServer } from "../support/app-server.ts";
import { done, finish, sse, textChunks } from "../support/chat-chunks.ts";
import { clientEnvironment } from "../support/client-environment.ts";
import { type CutBy, type FaultProxy, type Faults, startFaultProxy } from "../support/fault-proxy.ts";
import { textOf } from "../support/run-bench.ts";
import { type ScriptedModelServer, startScriptedModelServer } from "../support/scripted-model-server.ts";
import { waitUntil } from "../support/wait-until.ts";

let model: ScriptedModelServer;
let toModel: FaultProxy;
let app: AppServer;
let proxy: FaultProxy;
let client: ApiClient;

before(async () => {
  model = await startScriptedModelServer();
  toModel = await startFaultProxy({ port: Number(new URL(model.url).port) });
  app = await startAppServer({ env: { OPENAI_BASE_URL: `${toModel.url}/v1`, OPENAI_MODEL: "scripted" } });
  proxy = await startFaultProxy({ port: Number(new URL(app.url).port) });
  client = await apiClient(app.url);
});
after(async () => {
  await proxy.close();
  await app.stop();
  await toModel.close();
  await model.close();
});

const words = Array.from({ length: 12 }, (_, at) => `${at}: Grüße, 世界 😀\n`);
const text = words.join("");
/** Words apart in time, so that the stream is of many frames. */
const inWords = (waitMs: number) => ({
  steps: [
    ...words.flatMap((each) => [{ write: sse(textChunks(each)) }, { wait: waitMs }]),
    { write: sse(finish()) + done },
  ],
});

/** The browser's side of the connection: a real socket, and waits as long as the page's own. */
function page(via: string, { isPatient = true } = {}): ClientEnvironment {
  const visit: ClientEnvironment["fetch"] = (url, init) => {
    const headers = new Headers(init?.headers);
    headers.set("cookie", client.cookie);
    return fetch(via + url, { ...init, headers });
  };
  return clientEnvironment(visit, isPatient ? Number.MAX_SAFE_INTEGER : 0);
}

interface Read {
  state: RunState;
  /** The newest seq after each batch of events. */
  seqs: number[];
  backMs: number[];
}

/** Follows a run over the connection, from its first event. */
async function follow(runId: string, environment: ClientEnvironment): Promise<Read> {
  const read: Read = { state: emptyRun(runId), seqs: [], backMs: [] };
  let lostAt: number | undefined;
  const followed = await followLog({
    environment,
    state: read.state,
    signal: AbortSignal.timeout(30_000),
    resume: (state, signal) => getEvents(environment, state, signal),
    onState: (state) => void read.seqs.push(state.seq),
    onConnection({ type }) {
      if (type === "waiting") lostAt ??= performance.now();
      if (type === "live" && lostAt !== undefined) {
        read.backMs.push(performance.now() - lostAt);
        lostAt = undefined;
      }
    },
    onDurability: () => undefined,
  });
  assert.equal(followed.type, "run-ended");
  return { ...read, state: followed.run };
}

/** A run that is over, its whole state, and how many bytes its stream has. */
async function overRun() {
  model.next(inWords(30));
  const { runId, response } = await client.ask("go");
  const whole = await foldOf(response);
  assert.equal(textOf(whole), text);
  const bytes = await (await client.request(`/api/runs/${runId}/events?after=0`)).arrayBuffer();
  return { runId, whole, bytes: bytes.byteLength };
}

for (const by of ["fin", "rst"] as const) {
  test(`the reader's connection cut by ${by.toUpperCase()} all along a stream: the same view, each event once`, async () => {
    const { runId, whole, bytes } = await overRun();
    assert.ok(bytes >= 3_000, `${bytes} bytes`);
    const before = proxy.cuts;
    let cuts = 0;
    for (let at = 0; at < bytes; at += 25) {
      proxy.cutNext({ after: at, by });
      const { state, seqs } = await follow(runId, page(proxy.url, { isPatient: false }));
      assert.deepEqual(state, whole, `cut at ${at}`);
      assert.ok(
        seqs.every((seq, index) => seq > (seqs[index - 1] ?? 0)),
        "no event is applied twice",
      );
      cuts += 1;
    }
    assert.equal(proxy.cuts - before, cuts, "every connection was cut");
  });
}

/** Asks in a new conversation over the connection, as the page does, and waits for the end. */
async function askThrough(via: string): Promise<{ text: string; backMs?: number }> {
  const store = createLiveConversation({ environment: page(via), id: randomUUID(), view: null });
  store.open();
  try {
    store.send("go");
    let backMs: number | undefined;
    await waitUntil(
      "the answer is over",
      () => {
        const { busy, reconnectedAfterMs } = store.getState();
        backMs ??= reconnectedAfterMs;
        return !busy;
      },
      20_000,
    );
    const { turns } = store.getState();
    assert.equal(turns.length, 1);
    const answer = turns[0]?.answer;
    assert.equal(answer?.ending?.type, "finish");
    return { text: answer ? textOf(answer) : "", ...(backMs !== undefined && { backMs }) };
  } finally {
    store.close();
  }
}

test("a question asked over a connection that is cut: one run, the same text, and back within a second", async () => {
  const backMs: number[] = [];
  const calls = model.requests.length;
  const positions = [0, 5, 60, 400, 900, 1500, 2100, 2600];
  for (const by of ["fin", "rst"] as const) {
    for (const at of positions) {
      model.next(inWords(4));
      proxy.cutNext({ after: at, by });
      const asked = await askThrough(proxy.url);
      assert.equal(asked.text, text, `cut by ${by} at ${at}`);
      if (asked.backMs !== undefined) backMs.push(asked.backMs);
    }
  }
  assert.equal(model.requests.length - calls, positions.length * 2, "each question was asked once");
  assert.ok(backMs.length >= positions.length);
  console.log(
    `a cut connection is back after ${Math.round(median(backMs))} ms, at most ${Math.round(Math.max(...backMs))} ms`,
  );
  assert.ok(Math.max(...backMs) < 10_000);
});

const disturbed: [string, Faults][] = [
  ["a proxy that buffers 4 KB", { buffer: 4096 }],
  ["a proxy that cuts lines idle for 150 ms", { idleMs: 150 }],
  ["a proxy that strips Last-Event-ID", { strip: "last-event-id" }],
  ["a connection in slices of 3 bytes", { slice: 3 }],
  ["a slow connection", { delayMs: 20, bytesPerSecond: 50_000 }],
];
for (const [name, faults] of disturbed) {
  test(`${name}: the same text, each piece once`, async () => {
    model.next(
      faults.idleMs === undefined
        ? inWords(4)
        : {
            steps: [
              { write: sse(textChunks(text.slice(0, 20))) },
              { wait: 600 },
              { write: sse(textChunks(text.slice(20)), finish()) + done },
            ],
          },
    );
    proxy.faults = faults;
    // The next connections are made under these faults.
    proxy.cutAll("fin");
    try {
      proxy.cutNext({ after: 300, by: "fin" });
      assert.equal((await askThrough(proxy.url)).text, text);
    } finally {
      proxy.faults = {};
      proxy.cutAll("fin");
    }
  });
}

test("a connection that accepts nothing for a while, then does: the question is asked once, and answered", async () => {
  const calls = model.requests.length;
  model.next(inWords(1));
  proxy.faults = { refuse: true };
  proxy.cutAll("rst");
  const accepted = proxy.accepted;
  const asked = askThrough(proxy.url);
  await waitUntil("it was tried", () => proxy.accepted > accepted);
  proxy.faults = {};
  assert.equal((await asked).text, text);
  assert.equal(model.requests.length - calls, 1);
});

test("the provider's connection cut in mid-answer: the partial is kept as cut off, never complete", async () => {
  const cuts: { after: number; by: CutBy }[] = [
    { after: 700, by: "fin" },
    { after: 700, by: "rst" },
  ];
  for (const cut of cuts) {
    model.next(inWords(2));
    toModel.cutNext(cut);
    const state = await foldOf((await client.ask("go")).response);
    assert.equal(state.ending?.type, "error");
    assert.ok(state.ending?.type === "error" && state.ending.retryable);
    assert.ok(textOf(state) !== "" && text.startsWith(textOf(state)) && textOf(state) !== text);
  }
  assert.equal(toModel.cuts, 2);
});

test("a slow, sliced provider's connection changes nothing", async () => {
  toModel.faults = { slice: 5, delayMs: 0.2 };
  model.next(inWords(0));
  try {
    assert.equal(textOf(await foldOf((await client.ask("go")).response)), text);
  } finally {
    toModel.faults = {};
  }
});
