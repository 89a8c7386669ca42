import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { after, test } from "node:test";
import { type ApiClient, apiClient } from "../support/api-client.ts";
import { startAppServer } from "../support/app-server.ts";
import { answer, end, sse, textChunks, word } from "../support/chat-chunks.ts";
import { startKvRestBridge } from "../support/kv-rest-bridge.ts";
import { redisMissing, startRedisServer } from "../support/redis-server.ts";
import { gate } from "../support/scripted-model.ts";
import { events, startScriptedModelServer } from "../support/scripted-model-server.ts";
import { waitUntil } from "../support/wait-until.ts";

/** What a store takes, keeps and loses, seen through a server. */
const model = await startScriptedModelServer();
after(() => model.close());
const skip = redisMissing;
const env = {
  ...{ OPENAI_BASE_URL: model.url, OPENAI_MODEL: "scripted", SESSION_SECRET: "s".repeat(32) },
  ...{ LEASE_SECONDS: "2", HEARTBEAT_SECONDS: "1", SWEEP_SECONDS: "1" },
};
/** A busy machine is waited for. */
const limitMs = 40_000;

async function hasEnded(client: ApiClient, runId: string): Promise<boolean> {
  const response = await client.request(`/api/runs/${runId}`);
  return response.ok && !["queued", "running", "stopping"].includes((await response.json()).status);
}

test("42 an answer of 3 MB in a KV that takes 1 MB a request is whole, and the conversation goes on", {
  skip,
}, async (t) => {
  const redis = await startRedisServer();
  const bridge = await startKvRestBridge({ redisUrl: redis.url, maxRequestBytes: 1_048_576 });
  const app = await startAppServer({
    env: { ...env, KV_REST_API_URL: bridge.url, KV_REST_API_TOKEN: bridge.token },
  });
  t.after(async () => {
    await app.kill();
    await bridge.close();
    await redis.close();
  });
  const client = await apiClient(app.url);
  const pieces = Array.from({ length: 200 }, () => "x".repeat(16_000));
  model.next(events(sse(textChunks(...pieces)) + end));
  const { conversationId, runId, response } = await client.ask("go");
  response.text().catch(() => undefined);
  await waitUntil("it is over", () => hasEnded(client, runId), limitMs);
  const { messages } = await (await client.request(`/api/conversations/${conversationId}`)).json();
  assert.equal(messages.at(-1).parts[0].text.length, 200 * 16_000);
  model.next(events(answer("next")));
  const next = await client.post(`/api/conversations/${conversationId}/runs`, {
    ...{ runId: randomUUID(), message: { text: "and?" } },
    parentMessageId: messages.at(-1).id,
  });
  assert.equal(next.status, 200);
  await next.text();
});

for (const what of ["run", "conversation"] as const)
  test(`49 the record of a live ${what} that was overwritten by hand: its reader ends, and what is asked of it is refused in words`, {
    skip,
  }, async (t) => {
    const redis = await startRedisServer();
    const app = await startAppServer({ env: { ...env, REDIS_URL: redis.url } });
    t.after(async () => {
      await app.kill();
      await redis.close();
    });
    const client = await apiClient(app.url);
    const hold = gate();
    model.next({ steps: [{ write: word("one ") }, { until: hold.promise }, { write: word("two") + end }] });
    const { conversationId, runId, response } = await client.ask("go");
    const seen = { text: "", isClosed: false };
    void (async () => {
      for await (const chunk of response.body ?? []) seen.text += Buffer.from(chunk).toString();
    })()
      .catch(() => undefined)
      .finally(() => (seen.isClosed = true));
    await waitUntil("the first word", () => seen.text.includes("one "), limitMs);
    const record = `rivulet:{${conversationId}}`;
    const key = what === "run" ? `${record}:run:${runId}` : record;
    assert.match(await redis.command(`DEL ${key}`), /:1/, "it was there");
    await redis.command(`SET ${key} x`);
    hold.open();
    await waitUntil("its reader ends", () => seen.isClosed, limitMs);
    for (const path of [`/api/conversations/${conversationId}`, `/api/runs/${runId}/events?after=0`]) {
      const refused = await client.request(path);
      assert.deepEqual([refused.status, (await refused.json()).code], [500, "record_damaged"], path);
    }
  });

test("60 a session that has nothing leaves no row when it logs out", async (t) => {
  const app = await startAppServer({ env });
  t.after(() => app.kill());
  for (let visitor = 0; visitor < 10; visitor += 1) {
    const client = await apiClient(app.url);
    assert.equal((await client.request("/api/session/logout", { method: "POST" })).status, 204);
  }
  const db = new DatabaseSync(join(app.dataDir, "rivulet.db"), { readOnly: true });
  assert.equal(db.prepare("select count(*) as rows from sessions").get()?.["rows"], 0);
  db.close();
});
