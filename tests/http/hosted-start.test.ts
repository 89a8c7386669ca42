import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { join } from "node:path";
import { test } from "node:test";
import { startAppServer } from "../support/app-server.ts";
import { answer } from "../support/chat-chunks.ts";
import { exchange } from "../support/http-exchange.ts";
import { startKvRestBridge } from "../support/kv-rest-bridge.ts";
import { nginxMissing, startNginx } from "../support/nginx.ts";
import { nobodyMissing, onReadOnly } from "../support/nobody.ts";
import { freePort, redisMissing, startRedisServer } from "../support/redis-server.ts";
import { events, startScriptedModelServer } from "../support/scripted-model-server.ts";

const root = join(import.meta.dirname, "../..");
const skip = redisMissing || nginxMissing || nobodyMissing(root);
const name = "chat.example.test";

test("started by nobody on a program that can only be read, with a host's set of variables for its store, behind nginx with Host kept and replaced: the main job works", {
  skip,
}, async (t) => {
  const redis = await startRedisServer();
  t.after(redis.close);
  const bridge = await startKvRestBridge({ redisUrl: redis.url });
  t.after(bridge.close);
  const model = await startScriptedModelServer();
  t.after(model.close);
  model.script(events(answer("all together")));
  const port = await freePort();
  const proxyTo = `proxy_pass http://127.0.0.1:${port}; proxy_buffering off;`;
  const kept = await startNginx(`location / { ${proxyTo} proxy_set_header Host $http_host; }`);
  t.after(kept.close);
  const replaced = await startNginx(`location / { ${proxyTo} }`);
  t.after(replaced.close);
  const app = await startAppServer({
    port,
    within: onReadOnly(root),
    env: {
      ...{ KV_URL: redis.url, REDIS_URL: redis.url, KV_REST_API_READ_ONLY_TOKEN: "canary" },
      ...{ KV_REST_API_URL: bridge.url, KV_REST_API_TOKEN: bridge.token, SESSION_SECRET: "s".repeat(32) },
      ...{ OPENAI_BASE_URL: model.url, OPENAI_MODEL: "scripted", HOME: "/nonexistent" },
      ...{ PUBLIC_URL: `https://${name}`, TRUSTED_PROXY: "1", DATA_DIR: "/nonexistent" },
    },
  });
  t.after(app.stop);
  const shared = { host: name, "x-forwarded-proto": "https", origin: `https://${name}` };
  for (const nginx of [kept, replaced]) {
    const url = `http://127.0.0.1:${nginx.port}`;
    const page = await exchange(url, { headers: shared });
    assert.equal(page.status, 200, page.text);
    const [cookie = ""] = String(page.headers["set-cookie"]).split(";");
    const headers = { ...shared, cookie, "content-type": "application/json" };
    const conversationId = randomUUID();
    const asked = await exchange(url, {
      ...{ method: "POST", path: `/api/conversations/${conversationId}/runs`, headers },
      body: JSON.stringify({ runId: randomUUID(), message: { text: "hello" }, parentMessageId: null }),
    });
    assert.match(asked.text, /all together/);
    const shown = await exchange(url, { path: `/c/${conversationId}`, headers });
    assert.match(shown.text, /all together/);
  }
  assert.doesNotMatch(app.output(), /canary|EROFS|EACCES|"level":"(warn|error)"/);
});
