import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { promisify } from "node:util";
import type { RunEvent } from "#lib/protocol/run-event.ts";
import { apiClient } from "../support/api-client.ts";
import { startAppServer } from "../support/app-server.ts";
import { answer, sse, textChunks } from "../support/chat-chunks.ts";
import { startKvRestBridge } from "../support/kv-rest-bridge.ts";
import { readAsPage } from "../support/read-as-page.ts";
import { redisMissing, startRedisServer } from "../support/redis-server.ts";
import { events, startScriptedModelServer } from "../support/scripted-model-server.ts";
import { startServerPair } from "../support/server-pair.ts";
import { waitUntil } from "../support/wait-until.ts";

const secret = "s".repeat(32);

if (redisMissing) test("stores as hosts give them", { skip: redisMissing });
else await register();

async function register(): Promise<void> {
  const closing: (() => Promise<unknown>)[] = [];
  after(async () => {
    for (const close of closing.reverse()) await close();
  });

  test("Vercel's set of variables for one store: one is chosen, the log says which, and the main job works", async () => {
    const redis = await startRedisServer();
    const bridge = await startKvRestBridge({ redisUrl: redis.url });
    const model = await startScriptedModelServer();
    closing.push(redis.close, bridge.close, model.close);
    model.script(events(answer("from a hosted store")));
    const app = await startAppServer({
      env: {
        KV_URL: redis.url,
        REDIS_URL: redis.url,
        KV_REST_API_URL: bridge.url,
        KV_REST_API_TOKEN: bridge.token,
        KV_REST_API_READ_ONLY_TOKEN: "canary",
        SESSION_SECRET: secret,
        OPENAI_BASE_URL: model.url,
        OPENAI_MODEL: "scripted",
      },
    });
    closing.push(app.stop);
    assert.match(
      app.output(),
      /kept in the KV at 127\.0\.0\.1:\d+ \(KV_REST_API_URL\)\. REDIS_URL and KV_URL are not used/,
    );
    const client = await apiClient(app.url);
    const { response, conversationId } = await client.ask("hello");
    assert.match(await response.text(), /from a hosted store/);
    assert.match(await (await client.request(`/c/${conversationId}`)).text(), /from a hosted store/);
    assert.doesNotMatch(app.output(), /canary|"level":"(warn|error)"/);
  });

  const limited: { what: string; settings: string[]; acl?: string }[] = [
    { what: "INFO renamed", settings: ["--rename-command", "INFO", ""] },
    { what: "a user who may ask neither INFO nor HELLO", settings: [], acl: "+@all -info -hello" },
    {
      what: "a user without dangerous commands, and with our keys and channels only",
      settings: [],
      acl: "resetkeys ~rivulet:* resetchannels &rivulet:* +@all -@dangerous",
    },
  ];
  for (const { what, settings, acl } of limited) {
    test(`a Redis with ${what}: started, asked, followed elsewhere, stopped, copied and rebuilt`, async () => {
      const redis = await startRedisServer(...settings);
      closing.push(redis.close);
      const url = acl === undefined ? redis.url : redis.url.replace("://", "://app:pass@");
      if (acl !== undefined)
        assert.match(await redis.command(`ACL SETUSER app on >pass ~* &* ${acl}`), /^\+OK/);
      const pair = await startServerPair(url);
      closing.push(pair.close);
      const { a, b, onA, onB, model } = pair;
      model.next({ steps: [{ write: sse(textChunks("one ")) }, { hang: true }] });
      const { runId } = await onA.ask("go");
      const seen: RunEvent[] = [];
      const following = readAsPage(onB.request, runId, seen);
      await waitUntil(
        "B shows the first delta",
        () => seen.some(({ type }) => type === "text-delta"),
        20_000,
      );
      await onB.request(`/api/runs/${runId}/stop`, { method: "POST" });
      await following;
      assert.equal(seen.at(-1)?.type, "abort");
      for (const app of [a, b])
        assert.doesNotMatch(app.output(), /NOPERM|unknown command|"level":"(warn|error)"/);
      await succeeds("scripts/storage-rebuild.mjs", ["redis"], url);
      await succeeds("scripts/storage-copy.mjs", ["--from", "redis", "--to", "sqlite"], url);
    });
  }
}

async function succeeds(script: string, args: string[], redisUrl: string): Promise<void> {
  const dir = mkdtempSync(join(tmpdir(), "rivulet-limited-"));
  const env = { ...process.env, DATA_DIR: dir, REDIS_URL: redisUrl, SESSION_SECRET: secret };
  await promisify(execFile)(process.execPath, [script, ...args], { env });
  rmSync(dir, { recursive: true, force: true });
}
