import { type KvConnection, type KvRest, openKv } from "#lib/storage/kv.ts";
import { connectRedis } from "#lib/storage/redis.ts";
import { startKvRestBridge } from "../../support/kv-rest-bridge.ts";
import { startRedisServer } from "../../support/redis-server.ts";
import { openSite, type Site } from "./crash-bench.ts";

/** Sites on one Redis, each with keys of its own. */
export interface RemoteSites {
  openRedis(): Site;
  openRest(): Site;
  close(): Promise<void>;
}

export async function startRemoteSites(): Promise<RemoteSites> {
  const redis = await startRedisServer();
  const bridge = await startKvRestBridge({ redisUrl: redis.url });
  let count = 0;
  function open(connection: KvConnection | KvRest): Site {
    let now = (): number => 0;
    const prefix = `site${(count += 1)}`;
    const site = openSite(() => openKv({ connection, prefix, now: () => now(), epochMs: 86_400_000 }));
    now = site.clock.wall;
    return site;
  }
  return {
    openRedis: () => open(connectRedis({ url: redis.url })),
    openRest: () => open({ url: bridge.url, token: bridge.token, retryMs: 1 }),
    async close() {
      await bridge.close();
      await redis.close();
    },
  };
}
