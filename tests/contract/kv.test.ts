import assert from "node:assert/strict";
import { after, test } from "node:test";
import { type KvOptions, openKv } from "#lib/storage/kv.ts";
import { connectRedis } from "#lib/storage/redis.ts";
import { type Fault, startKvRestBridge } from "../support/kv-rest-bridge.ts";
import { redisMissing, startRedisServer } from "../support/redis-server.ts";
import { conversationStoreContract } from "./conversation-store.contract.ts";
import { limitStoreContract } from "./limit-store.contract.ts";
import { noteStoreContract } from "./note-store.contract.ts";
import { runStoreContract } from "./run-store.contract.ts";
import { sessionStoreContract } from "./session-store.contract.ts";
import type { Subject } from "./subject.ts";

/** Longer than any case lasts: the cases count epochs one by one, so no time may count. */
const dayMs = 86_400_000;

if (redisMissing) test("a KV store keeps the contract", { skip: redisMissing });
else await register();

async function register(): Promise<void> {
  const redis = await startRedisServer();
  let count = 0;

  /** A store of its own behind each of two lines; `connect` opens one. */
  const subject = (name: string, connect: () => KvOptions["connection"]): Subject => ({
    name,
    async open() {
      const prefix = `t${(count += 1)}`;
      let time = 1_700_000_000_000;
      const openOne = () => openKv({ connection: connect(), prefix, now: () => time, epochMs: dayMs });
      const [storage, another] = [openOne(), openOne()];
      return {
        storage,
        advance: (ms) => void (time += ms),
        another: async () => another,
        async close() {
          await storage.close();
          await another.close();
        },
      };
    },
  });

  const bridges = [
    await startKvRestBridge({ redisUrl: redis.url }),
    await startKvRestBridge({ redisUrl: redis.url, fault: faultOf }),
  ];
  after(async () => {
    for (const bridge of bridges) await bridge.close();
    await redis.close();
  });
  const [plain, spoilt] = bridges.map(({ url, token }) => () => ({ url, token, retryMs: 1 }));
  assert.ok(plain && spoilt);
  const subjects = [
    subject("Redis by TCP, opened twice", () => connectRedis({ url: redis.url })),
    subject("REST, opened twice", plain),
    subject("REST with answers dropped, doubled and delayed", spoilt),
  ];
  for (const each of subjects) {
    runStoreContract(each);
    conversationStoreContract(each);
    sessionStoreContract(each);
    limitStoreContract(each);
    noteStoreContract(each);
  }
}

/**
 * Every seventh answer is lost, every fifth command done twice, every third answer late, or two of these in
 * turn.
 */
function faultOf(request: number): Fault {
  if (request % 7 === 0) return "drop";
  if (request % 5 === 0) return "double";
  return request % 3 === 0 ? 1 : undefined;
}
