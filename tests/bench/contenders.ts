import { randomUUID } from "node:crypto";
import { join } from "node:path";
import { apiClient } from "../support/api-client.ts";
import { startAppServer } from "../support/app-server.ts";
import { freePort, type RedisServer, startRedisServer } from "../support/redis-server.ts";
import type { Ask } from "./open-stream.ts";
import { startChild } from "./start-child.ts";
import type { BenchScript } from "./start-provider.ts";

export type ContenderName = "sqlite" | "before" | "redis" | "before-redis" | "a" | "b" | "c" | "d";

export const contenderTitles: Readonly<Record<ContenderName, string>> = {
  sqlite: "Rivulet on SQLite",
  before: "the build before, on SQLite",
  redis: "Rivulet on Redis",
  "before-redis": "the build before, on Redis",
  a: "a: Node pipe",
  b: "b: Next + openai, nothing stored",
  c: "c: Next + ai, saved at the end",
  d: "d: c + resumable-stream on Redis",
};

/** A server under measure: a process of its own, with a Redis of its own where it uses one. */
export interface Contender {
  name: ContenderName;
  pid: number;
  /** All whose processor time is the contender's. */
  pids: readonly number[];
  redis?: RedisServer;
  /** The question that makes the provider play `script`, under an id. */
  ask(script: BenchScript, id?: string): Ask;
  /** What brings a page that was reloaded up to now: one request, and what it says where to go on. */
  reload?(id: string): { first: Ask; rest?(body: string): Ask };
  /** The whole log, from its start. */
  replay?(id: string): Ask;
  /** Stops an answer; without it the reader leaves. */
  stopAnswer?(id: string): Ask;
  stop(): Promise<void>;
}

const peers = join(import.meta.dirname, "peers");
const jsonHeaders = { "content-type": "application/json" };

export interface Surroundings {
  providerUrl: string;
  /** Where our server leaves a CPU profile when it ends. */
  profileDir?: string;
  /** A built checkout of an older state, for the contenders `before` and `before-redis`. */
  beforeDir?: string;
}

/** Starts one, and waits until it answers. */
export function startContender(
  name: ContenderName,
  { providerUrl, profileDir, beforeDir }: Surroundings,
): Promise<Contender> {
  const env = { OPENAI_BASE_URL: providerUrl, OPENAI_API_KEY: "bench", OPENAI_MODEL: "bench" };
  switch (name) {
    case "sqlite":
    case "redis":
      return startOurs(name, env, { profileDir });
    case "before":
    case "before-redis":
      return startOurs(name, env, { root: beforeDir });
    case "a":
      return startRaw(env);
    default:
      return startPeer(name, env);
  }
}

async function startOurs(
  name: "sqlite" | "redis" | "before" | "before-redis",
  env: Record<string, string>,
  { profileDir, root }: { profileDir?: string | undefined; root?: string | undefined },
): Promise<Contender> {
  const redis = name.endsWith("redis") ? await startRedisServer("--appendfsync", "everysec") : undefined;
  const app = await startAppServer({
    ...(root !== undefined && { root }),
    env: {
      ...env,
      ...(profileDir !== undefined && { NODE_OPTIONS: `--cpu-prof --cpu-prof-dir=${profileDir}` }),
      ...(redis && { REDIS_URL: redis.url, SESSION_SECRET: randomUUID() + randomUUID() }),
    },
  });
  const { cookie } = await apiClient(app.url);
  const get = (path: string): Ask => ({ url: app.url + path, method: "GET", headers: { cookie } });
  return {
    name,
    pid: app.pid,
    pids: redis ? [app.pid, redis.pid()] : [app.pid],
    ...(redis && { redis }),
    // One id for both: each conversation has one run here.
    ask: (script, id = randomUUID()) => ({
      url: `${app.url}/api/conversations/${id}/runs`,
      method: "POST",
      headers: { ...jsonHeaders, cookie },
      body: JSON.stringify({ runId: id, message: { text: JSON.stringify(script) } }),
    }),
    reload: (id) => ({
      first: get(`/api/conversations/${id}`),
      rest(body) {
        const { epoch, seq } = JSON.parse(body).activeRun;
        return get(`/api/runs/${id}/events?after=${epoch}:${seq}`);
      },
    }),
    replay: (id) => get(`/api/runs/${id}/events`),
    stopAnswer: (id) => ({ ...get(`/api/runs/${id}/stop`), method: "POST" }),
    async stop() {
      await (profileDir === undefined ? app.kill() : app.stop());
      await redis?.close();
    },
  };
}

async function startRaw(env: Record<string, string>): Promise<Contender> {
  const port = await freePort();
  const child = await startChild([join(peers, "raw-pipe.mjs")], { ...env, PORT: String(port) }, /is ready/);
  return {
    name: "a",
    pid: child.pid,
    pids: [child.pid],
    ask: (script) => directly(`http://127.0.0.1:${port}`, script),
    stop: child.stop,
  };
}

/** The question to the provider itself. */
export const directly = (url: string, script: BenchScript): Ask => ({
  url,
  method: "POST",
  headers: jsonHeaders,
  body: JSON.stringify({ messages: [{ role: "user", content: JSON.stringify(script) }], stream: true }),
});

async function startPeer(name: "b" | "c" | "d", env: Record<string, string>): Promise<Contender> {
  const redis = name === "d" ? await startRedisServer("--appendfsync", "everysec") : undefined;
  const port = await freePort();
  const next = join(peers, "node_modules/next/dist/bin/next");
  const child = await startChild(
    [next, "start", peers, "-H", "127.0.0.1", "-p", String(port)],
    { ...env, ...(redis && { REDIS_URL: redis.url }) },
    /Ready in/,
  );
  const url = `http://127.0.0.1:${port}/${name}`;
  return {
    name,
    pid: child.pid,
    pids: redis ? [child.pid, redis.pid()] : [child.pid],
    ...(redis && { redis }),
    ask(script, id = randomUUID()) {
      const text = JSON.stringify(script);
      const message =
        name === "b"
          ? { role: "user", content: text }
          : { id: "question", role: "user", parts: [{ type: "text", text }] };
      const asked = { id, messages: [message], ...(script.asArguments && { hasTool: true }) };
      return { url, method: "POST", headers: jsonHeaders, body: JSON.stringify(asked) };
    },
    ...(name === "d" && {
      reload: (id: string) => ({ first: { url: `${url}/${id}`, method: "GET", headers: {} } satisfies Ask }),
      replay: (id: string): Ask => ({ url: `${url}/${id}`, method: "GET", headers: {} }),
    }),
    async stop() {
      await child.stop();
      await redis?.close();
    },
  };
}
