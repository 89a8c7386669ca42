import { openKv } from "./kv.ts";
import { connectRedis } from "./redis.ts";
import { openSqlite } from "./sqlite.ts";
import type { Storage } from "./storage.ts";

/** Which store, and where it is. */
export type StoreAddress =
  | { kind: "sqlite"; dir: string }
  | { kind: "redis"; url: string }
  | { kind: "kv"; url: string; token: string };

/** Opens a store. Nothing is sent to a remote one before the first call. Throws `StorageError`. */
export function openStore(address: StoreAddress): Storage {
  switch (address.kind) {
    case "sqlite":
      return openSqlite({ dir: address.dir });
    case "redis":
      return openKv({ connection: connectRedis({ url: address.url }) });
    case "kv":
      return openKv({ connection: { url: address.url, token: address.token } });
    default:
      return address satisfies never;
  }
}
