import { openKvArchive } from "../kv.ts";
import type { StoreAddress } from "../open-store.ts";
import { connectRedis } from "../redis.ts";
import { openSqliteArchive } from "../sqlite/archive.ts";
import type { Archive } from "./archive.ts";

/**
 * Opens the records of a store. Nothing is sent to a remote one before the first call. Throws
 * `StorageError`.
 */
export function openArchive(address: StoreAddress): Archive {
  switch (address.kind) {
    case "sqlite":
      return openSqliteArchive(address.dir);
    case "redis":
      return openKvArchive({ connection: connectRedis({ url: address.url }) });
    case "kv":
      return openKvArchive({ connection: { url: address.url, token: address.token } });
    default:
      return address satisfies never;
  }
}
