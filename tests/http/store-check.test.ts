import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createServer, type Server, type Socket } from "node:net";
import { after, test } from "node:test";
import { fileURLToPath } from "node:url";
import { startKvRestBridge } from "../support/kv-rest-bridge.ts";
import { freePort, redisMissing, startRedisServer } from "../support/redis-server.ts";

const skip = redisMissing;
const root = fileURLToPath(new URL("../..", import.meta.url));
const secret = "s".repeat(32);

if (redisMissing) test("a store that cannot be used", { skip });
else await register();

async function register(): Promise<void> {
  const locked = await startRedisServer("--requirepass", "right");
  const open = await startRedisServer();
  const cluster = await startRedisServer("--cluster-enabled", "yes");
  const old = await fakeRedis("redis_version:5.0.14\r\nredis_mode:standalone\r\n");
  const tls = await fakeTls();
  const bridge = await startKvRestBridge({ redisUrl: open.url });
  after(async () => {
    await bridge.close();
    for (const server of [locked, open, cluster]) await server.close();
    for (const server of [old.server, tls.server]) server.close();
  });
  const nobody = await freePort();

  const cases: [string, Record<string, string>, RegExp][] = [
    [
      "nothing listens",
      { REDIS_URL: `redis://127.0.0.1:${nobody}` },
      /^REDIS_URL: nothing listens there: start Redis/,
    ],
    [
      "nothing listens at KV_URL",
      { KV_URL: `redis://127.0.0.1:${nobody}` },
      /^KV_URL: nothing listens there/,
    ],
    ["no such host", { REDIS_URL: "redis://no-such-host.invalid" }, /^REDIS_URL: there is no such host/],
    [
      "no password",
      { REDIS_URL: locked.url },
      /^REDIS_URL: Redis wants a password: redis:\/\/:password@host/,
    ],
    [
      "a wrong password",
      { REDIS_URL: `redis://:canary@127.0.0.1:${locked.port}` },
      /^REDIS_URL: Redis refuses the user or password/,
    ],
    ["Redis 5", { REDIS_URL: old.url }, /^REDIS_URL: this Redis is version 5: use version 7 or later/],
    ["cluster mode", { REDIS_URL: cluster.url }, /^REDIS_URL: this Redis runs in cluster mode/],
    [
      "TLS asked of a plain port",
      { REDIS_URL: `rediss://127.0.0.1:${open.port}` },
      /^REDIS_URL: .*use redis:\/\//,
    ],
    ["a plain line to a TLS port", { REDIS_URL: tls.url }, /^REDIS_URL: .*use rediss:\/\//],
    [
      "a wrong token",
      { KV_REST_API_URL: bridge.url, KV_REST_API_TOKEN: "canary" },
      /^KV_REST_API_TOKEN: the KV refuses it/,
    ],
    [
      "a wrong token by Upstash's names",
      { UPSTASH_REDIS_REST_URL: bridge.url, UPSTASH_REDIS_REST_TOKEN: "canary" },
      /^UPSTASH_REDIS_REST_TOKEN: the KV refuses it/,
    ],
    [
      "no REST interface",
      { KV_REST_API_URL: `http://127.0.0.1:${nobody}`, KV_REST_API_TOKEN: "canary" },
      /^KV_REST_API_URL: the KV did not answer/,
    ],
    [
      "no secret",
      { REDIS_URL: open.url, SESSION_SECRET: "" },
      /^SESSION_SECRET: .*the same for every process of a shared store/,
    ],
  ];
  for (const [name, env, line] of cases) {
    test(`${name}: the server refuses to start within 5 s, in one line with the fix`, async () => {
      // A busy machine takes its time to load a server at all.
      const idle = performance.now();
      await start({ PORT: "none" });
      const begin = performance.now();
      const { code, output } = await start(env);
      assert.equal(code, 1, output);
      assert.match(output, line);
      assert.equal(output.trim().split("\n").length, 1, output);
      assert.doesNotMatch(output, /canary/);
      assert.ok(performance.now() - begin < 5000 + 2 * (begin - idle));
    });
  }
}

async function start(env: Record<string, string>): Promise<{ code: number | null; output: string }> {
  const { PATH = "", HOME = "" } = process.env;
  const empty = { OPENAI_API_KEY: "", REDIS_URL: "", KV_REST_API_URL: "", KV_REST_API_TOKEN: "" };
  const child = spawn(process.execPath, ["scripts/start.mjs"], {
    cwd: root,
    env: {
      NODE_ENV: "production",
      PATH,
      HOME,
      ...empty,
      PORT: `${await freePort()}`,
      SESSION_SECRET: secret,
      ...env,
    },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk: Buffer) => (output += chunk));
  const timer = setTimeout(() => child.kill("SIGKILL"), 15_000);
  const [code] = await once(child, "close");
  clearTimeout(timer);
  return { code, output };
}

/** Answers every command with the same facts. */
function fakeRedis(facts: string) {
  return listen((socket) => {
    socket.on("data", (data) => {
      for (const _ of data.toString().match(/^\*/gm) ?? []) socket.write(`$${facts.length}\r\n${facts}\r\n`);
    });
  });
}

/** What a TLS server does with a line that does not begin with a handshake. */
function fakeTls() {
  return listen((socket) => socket.on("data", () => socket.destroy()));
}

async function listen(answer: (socket: Socket) => void): Promise<{ server: Server; url: string }> {
  const server = createServer((socket) => {
    socket.on("error", () => undefined);
    answer(socket);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  return { server, url: `redis://127.0.0.1:${address.port}` };
}
