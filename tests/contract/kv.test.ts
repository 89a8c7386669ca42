import { after, test } from "node:test";
import { type KvConnection, type KvOptions, openKv } from "#lib/storage/kv.ts";
import { connectRedis } from "#lib/storage/redis.ts";
import { redisMissing, startRedisServer } from "../support/redis-server.ts";
import { conversationStoreContract } from "./conversation-store.contract.ts";
import { runStoreContract } from "./run-store.contract.ts";
import type { Subject } from "./subject.ts";

/** Longer than any case lasts: the cases count epochs one by one, so no time may count. */
const dayMs = 86_400_000;

if (redisMissing) test("a KV store keeps the contract", { skip: redisMissing });
else await register();

async function register(): Promise<void> {
  const redis = await startRedisServer();
  const admin = connectRedis({ url: redis.url });
  after(async () => {
    await admin.close();
    await redis.close();
  });
  let count = 0;

  /** A store of its own behind each of two lines; `line` opens one. */
  const subject = (name: string, line: () => KvOptions["line"]): Subject => ({
    name,
    async open() {
      const prefix = `t${(count += 1)}`;
      let time = 1_700_000_000_000;
      const openOne = () => openKv({ line: line(), prefix, now: () => time, epochMs: dayMs });
      const [storage, another] = [openOne(), openOne()];
      return {
        storage,
        advance: (ms) => void (time += ms),
        another: async () => another,
        markDeleted: (id) => markDeleted(admin, prefix, id, time),
        async close() {
          await storage.close();
          await another.close();
        },
      };
    },
  });

  for (const each of [subject("Redis by TCP, opened twice", () => connectRedis({ url: redis.url }))]) {
    runStoreContract(each);
    conversationStoreContract(each);
  }
}

async function markDeleted({ send }: KvConnection, prefix: string, id: string, at: number): Promise<void> {
  const owner = await send(["HGET", `${prefix}:{${id}}`, "owner"]);
  await send(["HSET", `${prefix}:{${id}}`, "deletedAt", `${at}`]);
  await send(["ZREM", `${prefix}:owner:${String(owner)}`, id]);
  await send(["ZADD", `${prefix}:deleted`, `${at}`, id]);
}
