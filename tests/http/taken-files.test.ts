import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { rmSync, statSync, truncateSync } from "node:fs";
import { join } from "node:path";
import { after, test } from "node:test";
import { edit, overwritePage } from "../lib/storage/sqlite/temporary-store.ts";
import { type ApiClient, apiClient } from "../support/api-client.ts";
import type { AppServer } from "../support/app-server.ts";
import { answer, end, word } from "../support/chat-chunks.ts";
import { gate } from "../support/scripted-model.ts";
import { events, startScriptedModelServer } from "../support/scripted-model-server.ts";
import { serverSite } from "../support/server-site.ts";
import { waitUntil } from "../support/wait-until.ts";

const model = await startScriptedModelServer();
after(() => model.close());

const env = { LEASE_SECONDS: "1", HEARTBEAT_SECONDS: "0.3", SWEEP_SECONDS: "0.3" };
const leaseMs = 1000;

interface Taken {
  name: string;
  take(dir: string): void;
  says: RegExp;
  /** What was stored is there after the next start. */
  isKept: boolean;
}

const halfOf = (file: string) => Math.floor(statSync(file).size / 2);
const database = (dir: string) => join(dir, "rivulet.db");
const taken: readonly Taken[] = [
  {
    name: "the database deleted",
    take: (dir) => rmSync(database(dir)),
    says: /^rivulet\.db was deleted/,
    isKept: false,
  },
  {
    name: "the write-ahead log deleted",
    take: (dir) => rmSync(`${database(dir)}-wal`),
    says: /^rivulet\.db-wal was deleted/,
    isKept: true,
  },
  {
    name: "the write-ahead log cut",
    take: (dir) => truncateSync(`${database(dir)}-wal`, halfOf(`${database(dir)}-wal`)),
    says: /^rivulet\.db-wal was cut/,
    isKept: false,
  },
  {
    name: "the folder removed",
    take: (dir) => rmSync(dir, { recursive: true }),
    says: /^rivulet\.db was deleted/,
    isKept: false,
  },
];

for (const { name, take, says, isKept } of taken)
  test(`${name} during a live answer: health says which file, nothing more is taken in, its reader is told and ends, and no run stays live`, async (t) => {
    const { dataDir, start } = serverSite(t, model, { env });
    const first = await start();
    const client = await apiClient(first.url);
    model.next(events(answer("kept")));
    const kept = await client.ask("one");
    await kept.response.text();
    const hold = gate();
    model.next({ steps: [{ write: word("one ") }, { until: hold.promise }, { write: word("two") + end }] });
    const live = await client.ask("two");
    const reader = readerOf(live.response);
    await waitUntil("the first word", () => reader.text().includes("one "));

    take(dataDir);
    await waitUntil("health says so", async () => (await healthOf(first)).status === 503);
    const health = await healthOf(first);
    assert.equal(health.body.status, "store-unavailable");
    assert.match(health.body.detail, says);
    assert.doesNotMatch(health.body.detail, /\//, "no path");
    const refused = await client.ask("three");
    const problem = await refused.response.json();
    assert.deepEqual([refused.response.status, problem.code], [503, "store_unavailable"]);
    await waitUntil("its reader ends", reader.hasEnded, 10 * leaseMs * 3);
    assert.match(reader.text(), /: unsaved\n\n$/, "and was told");
    for (const path of [`/api/runs/${live.runId}/events?after=0`, `/api/runs/${live.runId}`]) {
      const again = await client.request(path);
      const { code, detail } = await again.json();
      assert.deepEqual([again.status, code], [503, "store_unavailable"], path);
      assert.match(detail, says);
    }
    hold.open();

    await first.kill();
    model.script(events(answer("again")));
    const second = await start({ port: Number(new URL(first.url).port) });
    await waitUntil("no run is live", async () => isEndedOrGone(client, live.runId), 10 * leaseMs * 3);
    if (isKept) {
      const view = await (await client.request(`/api/conversations/${kept.conversationId}`)).json();
      assert.equal(view.messages[1].parts[0].text, "kept");
    }
    await circlesNot(second, client);
  });

test("a page of the database overwritten during a live answer: its reader ends, whoever asks again is told in words, health says so, and nothing goes round in circles", async (t) => {
  const { dataDir, start } = serverSite(t, model, { env });
  const app = await start();
  const client = await apiClient(app.url);
  const hold = gate();
  model.script({ steps: [{ write: word("one ") }, { until: hold.promise }, { write: word("two") + end }] });
  const { runId, conversationId, response } = await client.ask("go");
  const reader = readerOf(response);
  await waitUntil("the first word", () => reader.text().includes("one "));
  const asked = model.requests.length;
  for (const table of ["fresh_events", "settled_events"]) overwritePage(dataDir, table);
  hold.open();
  await waitUntil("its reader ends", reader.hasEnded, 10 * leaseMs * 3);
  await waitUntil("health says so", async () => (await healthOf(app)).status === 503);
  assert.match((await healthOf(app)).body.detail, /^the database is damaged/);
  const linesOf = () =>
    app
      .output()
      .split("\n")
      .filter((line) => line.includes(runId));
  await waitUntil("its lease has lapsed", () => isLapsed(dataDir, runId), 10 * leaseMs * 3);
  const again = await client.request(`/api/runs/${runId}/events?after=0`);
  assert.deepEqual([again.status, (await again.json()).code], [500, "record_damaged"]);
  const next = await client.post(`/api/conversations/${conversationId}/runs`, {
    ...{ runId: randomUUID(), message: { text: "and?" }, parentMessageId: null },
  });
  assert.deepEqual([next.status, (await next.json()).code], [500, "record_damaged"]);
  // Some six sweeps have met it by now.
  assert.ok(linesOf().length <= 4, linesOf().join("\n"));
  assert.equal(model.requests.length, asked, "nobody is asked again");
});

test("the session secret removed under a server: it is back at once, and a second server knows the same visitors", async (t) => {
  const { dataDir, start } = serverSite(t, model, { env });
  const file = join(dataDir, "session-secret");
  const first = await start();
  const client = await apiClient(first.url);
  await (await client.ask("one")).response.text();
  rmSync(file);
  await waitUntil("it is written again", () => statSync(file, { throwIfNoEntry: false }) !== undefined);
  assert.equal((await healthOf(first)).status, 200);
  const second = await start();
  const there = await apiClient(second.url, client.cookie);
  assert.equal((await (await there.request("/api/conversations")).json()).conversations.length, 1);
});

/** The row of the run can be read. */
function isLapsed(dir: string, runId: string): boolean {
  const row = edit(dir, (db) => db.prepare("select lease_until from runs where run_id = ?").get(runId));
  return Number(row?.["lease_until"]) < Date.now() - leaseMs;
}

async function healthOf({ url }: AppServer) {
  const response = await fetch(`${url}/api/health`);
  return { status: response.status, body: await response.json() };
}

function readerOf(response: Response) {
  let [text, hasEnded] = ["", false];
  void (async () => {
    const decoder = new TextDecoder();
    for await (const chunk of response.body ?? []) text += decoder.decode(chunk, { stream: true });
  })()
    .catch(() => undefined)
    .finally(() => (hasEnded = true));
  return { text: () => text, hasEnded: () => hasEnded };
}

/** A run that is unknown is over too. */
async function isEndedOrGone(client: ApiClient, runId: string): Promise<boolean> {
  const response = await client.request(`/api/runs/${runId}`);
  if (response.status !== 200) return response.status === 404 || response.status === 401;
  return !["queued", "running", "stopping"].includes((await response.json()).status);
}

/** The page gives a session that the API takes. */
async function circlesNot({ url }: AppServer, { cookie }: ApiClient): Promise<void> {
  const page = await fetch(url, { headers: { cookie } });
  const given = page.headers.get("set-cookie")?.split(";", 1)[0] ?? cookie;
  await page.body?.cancel();
  assert.equal((await fetch(`${url}/api/conversations`, { headers: { cookie: given } })).status, 200);
}
