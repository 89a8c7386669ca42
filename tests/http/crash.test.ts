import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { connect } from "node:net";
import { after, test } from "node:test";
import { killServer, median } from "../chaos/kill-server.ts";
import { type ApiClient, apiClient, eventsOf, foldOf } from "../support/api-client.ts";
import type { AppServer } from "../support/app-server.ts";
import { answer, end, word } from "../support/chat-chunks.ts";
import { foldAll, readLog, textOf } from "../support/run-bench.ts";
import { gate } from "../support/scripted-model.ts";
import { events, startScriptedModelServer } from "../support/scripted-model-server.ts";
import { runOver, serverSite } from "../support/server-site.ts";
import { waitUntil } from "../support/wait-until.ts";

const model = await startScriptedModelServer();
after(() => model.close());

test("killed with -9 at 12 moments of answers under way: every run finishes by itself, exactly, asked once more a kill", {
  timeout: 300_000,
}, async () => {
  const seed = 20_261_121;
  const { kills, runs, goingOnMs, requests } = await killServer({ kills: 12, seed });
  console.log(
    `seed ${seed}: ${kills} kills, ${runs} runs, ${requests.join(" ")} requests; ready to going on: median ` +
      `${Math.round(median(goingOnMs))} ms, at most ${Math.round(Math.max(...goingOnMs))} ms`,
  );
  assert.ok(goingOnMs.length >= 6, "most kills hit a run under way");
  assert.ok(Math.max(...goingOnMs) <= 10_000);
});

/**
 * A request whose last byte is sent when the returned function is called: its connection is there before a
 * shutdown.
 */
async function halfAsked({ url }: AppServer, what: string, { cookie }: ApiClient, body?: object) {
  const { port, host } = new URL(url);
  const json = body ? JSON.stringify(body) : "";
  const length = body ? `content-type: application/json\r\ncontent-length: ${json.length}\r\n` : "";
  const text = `${what} HTTP/1.1\r\nhost: ${host}\r\ncookie: ${cookie}\r\nconnection: close\r\n${length}\r\n${json}`;
  const socket = connect(Number(port), "127.0.0.1");
  socket.write(text.slice(0, -1));
  // The server has read it once it answers another connection.
  await (await fetch(`${url}/api/health`)).text();
  return async (): Promise<string> => {
    socket.write(text.slice(-1));
    let answered = "";
    for await (const chunk of socket) answered += String(chunk);
    return answered;
  };
}

test("SIGTERM in mid-answer: closing is told, the run is handed over, and the next process goes on", async (t) => {
  const { start, openStore } = serverSite(t, model);
  const store = openStore();
  const first = await start({ env: { SHUTDOWN_SECONDS: "1" } });
  const client = await apiClient(first.url);
  model.next({ steps: [{ write: word("one ") }, { hang: true }] });
  model.next({ steps: [{ write: word("two") + end }] });
  const calls = model.requests.length;
  const asked = await client.ask("go");
  const reader = (async () => {
    const seen = [];
    for await (const event of eventsOf(asked.response)) seen.push(event);
    return seen;
  })();
  await waitUntil("the first word", async () => {
    const log = await readLog(store, asked.runId).catch(() => []);
    return log.length > 0 && textOf(foldAll(log)) === "one ";
  });
  // Next listens no more at once: only who was connected before can be told.
  const health = await halfAsked(first, "GET /api/health", client);
  const post = await halfAsked(first, `POST /api/conversations/${randomUUID()}/runs`, client, {
    runId: randomUUID(),
    message: { text: "more" },
  });
  const askedAt = performance.now();
  const gone = first.stop();
  await waitUntil("it closes", () => first.output().includes("closing"));
  assert.match(await health(), /^HTTP\/1.1 503 [^]*"status":"closing"/);
  assert.match(await post(), /^HTTP\/1.1 503 [^]*retry-after: \d[^]*"code":"shutting_down"/i);
  const code = await gone;
  const took = performance.now() - askedAt;
  assert.ok(took < 10_000, `${took} ms`);
  assert.ok(code === 0 || code === 143, `code ${code}`);
  assert.ok(model.requests[calls]?.closedAt !== undefined, "the provider's connection is closed");
  const seen = await reader;
  assert.ok(seen.every(({ type }) => type !== "abort" && type !== "finish"));
  assert.equal((await store.runs.run(asked.runId))?.status, "queued");
  const second = await start({ port: Number(new URL(first.url).port) });
  await runOver(store, asked.runId);
  const state = foldAll(await readLog(store, asked.runId));
  assert.deepEqual([textOf(state), state.ending?.type], ["one two", "finish"]);
  assert.equal((await store.runs.run(asked.runId))?.continuations, 0);
  assert.equal(model.requests.length - calls, 2);
  assert.match(second.output(), /took a run over/);
  console.log(`SIGTERM to gone, with 1 s of grace: ${Math.round(took)} ms`);
});

test("SIGTERM with the default grace: an answer that ends in time is finished by the process that began it", async (t) => {
  const { start, openStore } = serverSite(t, model);
  const store = openStore();
  const app = await start();
  const client = await apiClient(app.url);
  const hold = gate();
  model.next({ steps: [{ write: word("one ") }, { until: hold.promise }, { write: word("two") + end }] });
  const calls = model.requests.length;
  const asked = await client.ask("go");
  const reader = foldOf(asked.response);
  await waitUntil("the provider is asked", () => model.requests.length > calls);
  const gone = app.stop();
  await waitUntil("it closes", () => app.output().includes("closing"));
  const askedAt = performance.now();
  hold.open();
  assert.equal(textOf(await reader), "one two");
  await gone;
  assert.ok(performance.now() - askedAt < 5_000, "nothing keeps the process when the last answer is over");
  assert.equal((await store.runs.run(asked.runId))?.status, "finished");
});

test("a process that is frozen while another takes its run over, and woken, appends nothing and closes its model call", async (t) => {
  const { start, openStore } = serverSite(t, model);
  const store = openStore();
  const env = { LEASE_SECONDS: "1", HEARTBEAT_SECONDS: "0.3", SWEEP_SECONDS: "0.2" };
  const frozen = await start({ env });
  const client = await apiClient(frozen.url);
  const hold = gate();
  const calls = model.requests.length;
  model.next({
    steps: [{ write: word("one ") }, { until: hold.promise }, { write: word("late ") }, { hang: true }],
  });
  model.next(events(answer("two")));
  const asked = await client.ask("go");
  const reader = asked.response.text().catch(() => "");
  await waitUntil("the first word", async () => {
    const log = await readLog(store, asked.runId).catch(() => []);
    return log.length > 0 && textOf(foldAll(log)) === "one ";
  });
  frozen.signal("SIGSTOP");
  await start({ env });
  await runOver(store, asked.runId);
  const log = await readLog(store, asked.runId);
  const run = await store.runs.run(asked.runId);
  assert.deepEqual([run?.status, run?.epoch], ["finished", 2]);
  hold.open();
  frozen.signal("SIGCONT");
  await waitUntil("its model call is closed", () => model.requests[calls]?.closedAt !== undefined, 5_000);
  await waitUntil("it says so", () => frozen.output().includes("a run's lease was lost"));
  assert.deepEqual(await readLog(store, asked.runId), log);
  assert.equal(textOf(foldAll(log)), "one two");
  assert.ok(log.every(({ epoch }, at) => epoch >= (log[at - 1]?.epoch ?? 1)));
  assert.equal(
    log.filter(({ type }) => ["finish", "abort", "error", "interrupted"].includes(type)).length,
    1,
  );
  assert.match(await reader, /"delta":"two"/, "its own reader saw the other process's answer");
  assert.equal(model.requests.length - calls, 2);
});
