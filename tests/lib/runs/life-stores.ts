import { mock } from "node:test";
import type { Latch } from "#lib/async/latch.ts";
import { type KvConnection, type KvRest, openKv } from "#lib/storage/kv.ts";
import { connectRedis } from "#lib/storage/redis.ts";
import type { RunStore } from "#lib/storage/run-store.ts";
import { openDatabase } from "#lib/storage/sqlite/open-database.ts";
import { createSqliteStorage } from "#lib/storage/sqlite/sqlite-storage.ts";
import type { Storage } from "#lib/storage/storage.ts";
import { startKvRestBridge } from "../../support/kv-rest-bridge.ts";
import { startRedisServer } from "../../support/redis-server.ts";

/** A fresh store of one life, under the life's clock. */
export interface LifeStore {
  storage: Storage;
  /** Resolves when no call is under way; absent where none ever is. */
  quiet?(): Promise<void>;
}

/** How the lives of one kind of store are opened. */
export interface LifeStores {
  name: string;
  open(now: () => number): LifeStore;
  close(): Promise<void>;
}

export const memory: LifeStores = {
  name: "SQLite",
  open: (now) => ({ storage: createSqliteStorage(openDatabase(), { now, pollMs: 1e9 }) }),
  close: async () => undefined,
};

/** So that epochs are counted one by one. */
const dayMs = 86_400_000;

export async function redisStores(): Promise<LifeStores> {
  const redis = await startRedisServer();
  const open = (now: () => number) => openLife(connectRedis({ url: redis.url }), now);
  return { name: "Redis by TCP", open, close: redis.close };
}

/** The same Redis by REST, over a connection that loses answers and does what it was told twice. */
export async function restStores(): Promise<LifeStores> {
  const redis = await startRedisServer();
  const fault = (request: number) => (request % 13 === 0 ? "drop" : request % 7 === 0 ? "double" : undefined);
  const bridge = await startKvRestBridge({ redisUrl: redis.url, fault });
  return {
    name: "REST with answers lost and doubled",
    open: (now) => openLife({ url: bridge.url, token: bridge.token, retryMs: 1 }, now),
    async close() {
      await bridge.close();
      await redis.close();
    },
  };
}

const turn = () => new Promise<void>((resolve) => setImmediate(resolve));
let lives = 0;

function openLife(connection: KvConnection | KvRest, now: () => number): LifeStore {
  const prefix = `life${(lives += 1)}`;
  const repeats = !("send" in connection);
  const kv = openKv({ connection: connection, now, prefix, epochMs: dayMs, pollMs: 1e9 });
  const { storage, underWay } = watched(kv, repeats);
  return {
    storage,
    async quiet() {
      while (underWay() > 0) await turn();
    },
  };
}

const stops: ReadonlySet<PropertyKey> = new Set(["requestStop", "remove"]);

/**
 * A store that tells how many calls are under way. It notifies when a call has been answered: when a
 * notification of another machine comes is not for a model whose time stands still (tests/contract shows that
 * it does).
 */
function watched(storage: Storage, repeats: boolean): { storage: Storage; underWay(): number } {
  const subscribers = new Map<Latch, "stop" | undefined>();
  let underWay = 0;
  let closed = false;

  /** What is sent again waits for a timer, and all timers are the life's. */
  async function wakeRepeats(): Promise<void> {
    let since = performance.now();
    while (underWay > 0 && !closed) {
      await turn();
      if (performance.now() - since < 20) continue;
      mock.timers.tick(1);
      since = performance.now();
    }
  }

  async function count(method: PropertyKey, call: () => Promise<unknown>): Promise<unknown> {
    underWay += 1;
    if (underWay === 1 && repeats) void wakeRepeats();
    try {
      return await call();
    } finally {
      underWay -= 1;
      for (const [latch, only] of subscribers) if (only === undefined || stops.has(method)) latch.set();
    }
  }

  const part = <T extends object>(target: T): T =>
    new Proxy(target, {
      get(_, name) {
        const method: unknown = Reflect.get(target, name);
        if (typeof method !== "function") return method;
        return (...args: unknown[]): unknown => count(name, async () => Reflect.apply(method, target, args));
      },
    });

  const { notify } = storage.runs;
  const subscribe: RunStore["subscribe"] = (_, latch, only) => {
    subscribers.set(latch, only);
    return { durability: undefined, unsubscribe: () => void subscribers.delete(latch) };
  };
  const runs = new Proxy(part(storage.runs), {
    get: (target, name) => Reflect.get({ subscribe, notify }, name) ?? Reflect.get(target, name),
  });
  return {
    storage: {
      ...storage,
      runs,
      conversations: part(storage.conversations),
      close() {
        closed = true;
        return storage.close();
      },
    },
    underWay: () => underWay,
  };
}
