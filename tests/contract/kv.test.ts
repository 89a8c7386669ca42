import { after, describe } from "node:test";
import { openKv } from "#lib/storage/kv.ts";
import { connectRedis } from "#lib/storage/redis.ts";
import { redisMissing, startRedisServer } from "../support/redis-server.ts";
import { conversationStoreContract } from "./conversation-store.contract.ts";
import { runStoreContract } from "./run-store.contract.ts";
import type { Subject } from "./subject.ts";

/** Longer than any case lasts: the cases count epochs one by one, so no time may count. */
const dayMs = 86_400_000;

describe("a KV store keeps the contract", { skip: redisMissing }, async () => {
  if (redisMissing) return;
  const redis = await startRedisServer();
  const admin = connectRedis({ url: redis.url });
  after(async () => {
    await admin.close();
    await redis.close();
  });
  let count = 0;

  const overTcp: Subject = {
    name: "Redis by TCP, opened twice",
    async open() {
      const prefix = `t${(count += 1)}`;
      let time = 1_700_000_000_000;
      const now = () => time;
      const openOne = () =>
        openKv({ line: connectRedis({ url: redis.url }), prefix, now, epochMs: dayMs });
      const storage = openOne();
      const another = openOne();
      return {
        storage,
        advance: (ms) => void (time += ms),
        another: async () => another,
        async markDeleted(id) {
          const owner = await admin.send(["HGET", `${prefix}:{${id}}`, "owner"]);
          await admin.send(["HSET", `${prefix}:{${id}}`, "deletedAt", `${time}`]);
          await admin.send(["ZREM", `${prefix}:owner:${String(owner)}`, id]);
          await admin.send(["ZADD", `${prefix}:deleted`, `${time}`, id]);
        },
        async close() {
          await storage.close();
          await another.close();
        },
      };
    },
  };
  for (const subject of [overTcp]) {
    runStoreContract(subject);
    conversationStoreContract(subject);
  }
});
