import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type CopyEnd, copyStore } from "#lib/storage/archive/copy-store.ts";
import { type KvOptions, openKv, openKvArchive } from "#lib/storage/kv.ts";
import { connectRedis } from "#lib/storage/redis.ts";
import { openSqliteArchive } from "#lib/storage/sqlite/archive.ts";
import { openSqlite } from "#lib/storage/sqlite.ts";
import { startRedisServer } from "../../../support/redis-server.ts";

/**
 * Stores of both kinds to copy between, all with one clock that stands until it is told, and a Redis of their
 * own.
 */
export async function startCopyBench() {
  const redis = await startRedisServer();
  const admin = connectRedis({ url: redis.url });
  const home = mkdtempSync(join(tmpdir(), "rivulet-copy-"));
  const open: CopyEnd[] = [];
  let count = 0;
  let time = 1_700_000_000_000;
  const now = () => time;
  const advance = (ms: number) => void (time += ms);

  const keep = (end: CopyEnd) => {
    open.push(end);
    return end;
  };
  const sqlite = () => {
    const dir = mkdtempSync(join(home, "store-"));
    const end = keep({ archive: openSqliteArchive(dir), storage: openSqlite({ dir, now }) });
    return { ...end, dir };
  };
  const kv = (connect: () => KvOptions["connection"] = () => connectRedis({ url: redis.url })) => {
    const prefix = `t*[${(count += 1)}]`;
    const archive = openKvArchive({ connection: connect(), prefix, now });
    return { ...keep({ archive, storage: openKv({ connection: connect(), prefix, now }) }), archive, prefix };
  };
  const copy = (from: CopyEnd, to: CopyEnd) => copyStore(from, to, { now });
  const keysOf = async (prefix: string) => {
    const keys = await admin.send(["KEYS", `${prefix.replace(/[*[\]]/g, "\\$&")}:*`]);
    return (Array.isArray(keys) ? keys.map(String) : []).sort();
  };
  return {
    redis,
    /** Sends Redis a command of the test's own. */
    send: (...command: string[]) => admin.send(command),
    now,
    advance,
    /** Closes both with the bench. */
    keep,
    sqlite,
    kv,
    copy,
    keysOf,
    async close() {
      for (const { archive, storage } of open) {
        await archive.close();
        await storage.close();
      }
      await admin.close();
      await redis.close();
      rmSync(home, { recursive: true, force: true });
    },
  };
}
