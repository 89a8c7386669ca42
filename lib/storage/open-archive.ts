import type { Archive } from "./archive.ts";
import { openKvArchive } from "./kv.ts";
import type { StorePlace } from "./open-store.ts";
import { connectRedis } from "./redis.ts";
import { openSqliteArchive } from "./sqlite/archive.ts";

/**
 * Opens the records of a store; of one across a network nothing is asked before the first call. Throws
 * `StorageError`.
 */
export function openArchive(place: StorePlace): Archive {
  switch (place.kind) {
    case "sqlite":
      return openSqliteArchive(place.dir);
    case "redis":
      return openKvArchive({ line: connectRedis({ url: place.url }) });
    case "kv":
      return openKvArchive({ line: { url: place.url, token: place.token } });
    default:
      return place satisfies never;
  }
}
