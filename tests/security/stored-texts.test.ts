import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { test } from "node:test";
import { type ApiClient, apiClient } from "../support/api-client.ts";
import { startAppServer } from "../support/app-server.ts";
import { answer } from "../support/chat-chunks.ts";
import { exchange } from "../support/http-exchange.ts";
import { startKvRestBridge } from "../support/kv-rest-bridge.ts";
import { redisMissing, startRedisServer } from "../support/redis-server.ts";
import { events, startScriptedModelServer } from "../support/scripted-model-server.ts";
import { dumpStore } from "../support/store-dump.ts";

const oddIds = [
  "..%2f..%2fetc%2fpasswd",
  "a:b",
  "*",
  "%3f",
  "%5b",
  "%7bx%7d",
  "%00",
  "x".repeat(10_000),
  "__proto__",
  "constructor",
  randomUUID().toUpperCase(),
  `${randomUUID()}%00`,
  `${randomUUID()}%0a`,
  `${randomUUID()}%20`,
  `%20${randomUUID()}`,
  randomUUID().replace(/-/g, "%ef%bc%8d"),
  randomUUID().replace(/^./, "%d0%b0"),
  randomUUID().replace(/-/g, ""),
  `%7b${randomUUID()}%7d`,
  "undefined",
  "null",
  "0",
  "';DROP%20TABLE%20runs;--",
];

test("S45 an id of any other form is 400 before the store is asked, in paths and in bodies", async () => {
  const app = await startAppServer();
  try {
    const client = await apiClient(app.url);
    const before = dumpStore(app.dataDir);
    const headers = { cookie: client.cookie, "content-type": "application/json" };
    for (const id of oddIds) {
      const paths = [
        ["GET", `/api/conversations/${id}`],
        ["PATCH", `/api/conversations/${id}`, { title: "x" }],
        ["DELETE", `/api/conversations/${id}`],
        ["POST", `/api/conversations/${id}/restore`],
        ["POST", `/api/conversations/${id}/runs`, { runId: randomUUID(), message: { text: "hi" } }],
        ["GET", `/api/runs/${id}`],
        ["GET", `/api/runs/${id}/events`],
        ["POST", `/api/runs/${id}/stop`, {}],
      ] as const;
      for (const [method, path, body] of paths) {
        const answered = await exchange(app.url, {
          method,
          path,
          headers,
          ...(body && { body: JSON.stringify(body) }),
        });
        assert.equal(answered.status, 400, `${method} ${path.slice(0, 80)}`);
        assert.equal(JSON.parse(answered.text).code, "bad_id");
      }
      const decoded = decodeURIComponent(id);
      assert.equal((await exchange(app.url, { path: `/c/${id}`, headers })).status, 404);
      for (const more of [
        { runId: decoded },
        { parentMessageId: decoded },
        { retry: decoded },
        { continue: decoded },
      ]) {
        const body = { runId: randomUUID(), message: { text: "hi" }, ...more };
        assert.equal((await client.post(`/api/conversations/${randomUUID()}/runs`, body)).status, 400);
      }
    }
    assert.equal(dumpStore(app.dataDir), before);
  } finally {
    await app.stop();
  }
});

const texts = [
  "FLUSHALL",
  "*1\r\n$8\r\nFLUSHALL\r\n",
  "EVAL \"return redis.call('flushall')\" 0",
  "'; DROP TABLE conversations; --",
  '{"$gt":""}',
  '["a",{"__proto__":null}]',
  "null",
  "__proto__",
  "${jndi:ldap://x}",
  "{{7*7}}",
  "%s%n%00\\u0000",
  "a\u0000b",
  "line\r\nline\rline\u2028line\u2029line",
  "\u001b[31mred\u001b[0m",
  "\ufeffmark",
  "e\u0301 is not \u00e9",
  "\u202Eevil\u202C \u{E0041}",
  "👩‍👩‍👧‍👦 𝒳 \u{10FFFF}",
  '\\\\ \\" \\/ \\b',
  "  spaces around  ",
  "0e0",
  "1e999",
  "[object Object]",
];

async function roundTrips(env: Record<string, string>): Promise<void> {
  const model = await startScriptedModelServer();
  const app = await startAppServer({ env: { OPENAI_BASE_URL: model.url, OPENAI_MODEL: "scripted", ...env } });
  try {
    const client = await apiClient(app.url);
    for (const text of texts) {
      model.next(events(answer(text)));
      const { conversationId, response } = await client.ask(text);
      await response.text();
      const title = await retitled(client, conversationId, text);
      const { conversation, messages } = await (
        await client.request(`/api/conversations/${conversationId}`)
      ).json();
      assert.equal(messages[0].text, text);
      assert.equal(messages[1].parts.map((part: { text: string }) => part.text).join(""), text);
      if (title !== undefined) assert.equal(conversation.title, title);
    }
    const { conversations } = await (await client.request("/api/conversations")).json();
    assert.ok(conversations.length >= Math.min(texts.length, 20));
  } finally {
    await app.stop();
    await model.close();
  }
}

/** The title as it must be read; undefined where it is refused, being more than one line. */
async function retitled(
  client: ApiClient,
  conversationId: string,
  title: string,
): Promise<string | undefined> {
  const init = {
    method: "PATCH",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ title }),
  };
  const { status } = await client.request(`/api/conversations/${conversationId}`, init);
  assert.equal(status, /[\p{Cc}\p{Zl}\p{Zp}]/u.test(title.trim()) ? 400 : 200, title);
  return status === 200 ? title.trim() : undefined;
}

test("S46 texts that look like commands, code or JSON are read as they were written: SQLite", () =>
  roundTrips({}));

test("S46 texts that look like commands, code or JSON are read as they were written: Redis and KV by REST", {
  skip: redisMissing,
}, async () => {
  const redis = await startRedisServer();
  const bridge = await startKvRestBridge({ redisUrl: redis.url });
  try {
    const SESSION_SECRET = "s".repeat(40);
    await roundTrips({ REDIS_URL: redis.url, SESSION_SECRET });
    await roundTrips({ KV_REST_API_URL: bridge.url, KV_REST_API_TOKEN: bridge.token, SESSION_SECRET });
  } finally {
    await bridge.close();
    await redis.close();
  }
});
