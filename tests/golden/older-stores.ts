import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { brotliDecompressSync } from "node:zlib";
import { openKv } from "#lib/storage/kv.ts";
import { connectRedis } from "#lib/storage/redis.ts";
import { openSqlite } from "#lib/storage/sqlite.ts";
import type { Storage } from "#lib/storage/storage.ts";
import { startRedisServer } from "../support/redis-server.ts";

/** What the older build gave of a store of its own (stores/README.md). */
export interface OlderContents {
  /** When it was saved: the leases of the killed processes were live then. */
  savedAt: number;
  /** By user. */
  lists: Record<string, unknown>;
  /** By id; null: a 404. */
  conversations: Record<string, { name: string; userId: string; view: OlderView | null }>;
  /** By id. */
  runs: Record<string, OlderRun>;
}

export interface OlderRun {
  name: string;
  userId: string;
  status: string;
  deleted: boolean;
  isLive: boolean;
  view: unknown;
  /** The fold of its whole log. */
  state: OlderState;
}

export interface OlderState {
  parts: readonly OlderPart[];
  step?: { stepId: string };
  retry?: object;
}

export interface OlderPart {
  kind: string;
  state?: string;
  text?: string;
}

export interface OlderView {
  messages: readonly { parts?: readonly OlderPart[] }[];
  activeRun?: { state: OlderState };
}

export interface OlderStore {
  contents: OlderContents;
  /** A copy, under a clock of the test's. */
  open(now: () => number): Promise<Storage>;
  close(): Promise<void>;
}

const unpacked = (name: string): Buffer =>
  brotliDecompressSync(readFileSync(new URL(`stores/${name}.br`, import.meta.url)));

// Cast: written by the older build's own functions.
const contents = JSON.parse(unpacked("expected.json").toString()) as Record<
  "sqlite" | "redis",
  OlderContents
>;

export async function olderSqlite(): Promise<OlderStore> {
  const parent = mkdtempSync(join(tmpdir(), "rivulet-older-"));
  const opened: Storage[] = [];
  return {
    contents: contents.sqlite,
    async open(now) {
      const dir = mkdtempSync(join(parent, "store-"));
      writeFileSync(join(dir, "rivulet.db"), unpacked("sqlite.db"), { mode: 0o600 });
      const storage = openSqlite({ dir, now });
      opened.push(storage);
      return storage;
    },
    async close() {
      for (const storage of opened) await storage.close();
      rmSync(parent, { recursive: true, force: true });
    },
  };
}

export async function olderRedis(): Promise<OlderStore> {
  const redis = await startRedisServer();
  const opened: Storage[] = [];
  return {
    contents: contents.redis,
    async open(now) {
      const connection = connectRedis({ url: redis.url });
      await connection.send(["FLUSHALL"]);
      for (const command of loadCommands(unpacked("redis.ndjson").toString())) await connection.send(command);
      const storage = openKv({ connection, now });
      opened.push(storage);
      return storage;
    },
    async close() {
      for (const storage of opened) await storage.close();
      await redis.close();
    },
  };
}

/** A key of the dump, a line each. `ttlMs`: what was left of it; absent: it is kept. */
type DumpedKey = { key: string; ttlMs?: number } & (
  | { type: "string"; value: string }
  | { type: "list" | "set"; value: string[] }
  /** Fields and values, members and scores. */
  | { type: "hash" | "zset"; value: [string, string][] }
  /** Each entry's id, its fields and values in turn. */
  | { type: "stream"; value: [string, string[]][] }
);

/** The commands that put a dump into an empty Redis. */
function* loadCommands(dump: string): Generator<string[]> {
  for (const line of dump.trimEnd().split("\n")) {
    const dumped: DumpedKey = JSON.parse(line);
    yield* commandsOf(dumped);
    if (dumped.ttlMs !== undefined) yield ["PEXPIRE", dumped.key, String(dumped.ttlMs)];
  }
}

function commandsOf({ key, type, value }: DumpedKey): string[][] {
  switch (type) {
    case "string":
      return [["SET", key, value]];
    case "list":
      return [["RPUSH", key, ...value]];
    case "set":
      return [["SADD", key, ...value]];
    case "hash":
      return [["HSET", key, ...value.flat()]];
    case "zset":
      return [["ZADD", key, ...value.flatMap(([member, score]) => [score, member])]];
    case "stream":
      return value.map(([id, fields]) => ["XADD", key, id, ...fields]);
    default:
      return type satisfies never;
  }
}
