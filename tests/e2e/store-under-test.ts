import { readdirSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import type { AppServer } from "../support/app-server.ts";
import { startRedisServer } from "../support/redis-server.ts";

/** What the servers of one worker keep their conversations in. */
export interface StoreUnderTest {
  /** Settings of a server with a store of its own. */
  newStore(): Record<string, string>;
  /** Lets that server's store refuse all writes while it can be read, until the result is called. */
  refuseWrites(app: AppServer): Promise<() => Promise<void>>;
  close(): Promise<void>;
}

/** SQLite, or with RIVULET_E2E_STORE=redis a Redis of this worker's own. */
export async function openStoreUnderTest(): Promise<StoreUnderTest> {
  const { RIVULET_E2E_STORE: name = "sqlite" } = process.env;
  if (name === "sqlite") return sqlite;
  if (name === "redis") return openRedis();
  throw new Error(`RIVULET_E2E_STORE: found "${name}", expected sqlite or redis`);
}

const sqlite: StoreUnderTest = {
  newStore: () => ({}),
  // As a backup tool that holds the lock, or a full disk.
  async refuseWrites({ dataDir }) {
    const file = readdirSync(dataDir).find((name) => /\.(db|sqlite3?)$/.test(name));
    if (!file) throw new Error(`no database in ${dataDir}`);
    const db = new DatabaseSync(join(dataDir, file));
    db.exec("begin immediate");
    return async () => {
      db.exec("rollback");
      db.close();
    };
  },
  close: async () => undefined,
};

async function openRedis(): Promise<StoreUnderTest> {
  const redis = await startRedisServer("--databases", "500");
  let count = 0;
  return {
    // Servers on one database would take over each other's runs.
    newStore: () => ({ REDIS_URL: `${redis.url}/${count++}`, SESSION_SECRET: "e2e".repeat(12) }),
    async refuseWrites() {
      await redis.command("CONFIG SET maxmemory 1");
      return async () => void (await redis.command("CONFIG SET maxmemory 0"));
    },
    close: redis.close,
  };
}
