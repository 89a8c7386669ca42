import { openKv } from "./kv.ts";
import { connectRedis } from "./redis.ts";
import { openSqlite } from "./sqlite.ts";
import type { Storage } from "./storage.ts";

/** Which store, and where it is. */
export type StorePlace =
  | { kind: "sqlite"; dir: string }
  | { kind: "redis"; url: string }
  | { kind: "kv"; url: string; token: string };

/** Opens a store; of one across a network nothing is asked before the first call. Throws `StorageError`. */
export function openStore(place: StorePlace): Storage {
  switch (place.kind) {
    case "sqlite":
      return openSqlite({ dir: place.dir });
    case "redis":
      return openKv({ line: connectRedis({ url: place.url }) });
    case "kv":
      return openKv({ line: { url: place.url, token: place.token } });
    default:
      return place satisfies never;
  }
}
