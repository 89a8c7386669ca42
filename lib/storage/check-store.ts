import { checkKv } from "./check-kv.ts";
import { checkRedis } from "./check-redis.ts";
import { checkSqlite } from "./check-sqlite.ts";
import type { StoreAddress } from "./open-store.ts";

/** The variables that an address comes from, for messages. */
export interface AddressSource {
  variable: string;
  tokenVariable?: string;
}

/** Looks whether the configured store can be used, within 5 s. Throws `StoreCheckError`. */
export async function checkStore(address: StoreAddress, source?: AddressSource): Promise<void> {
  if (address.kind === "sqlite") checkSqlite(address.dir);
  if (address.kind === "redis") await checkRedis(address.url, source?.variable ?? "REDIS_URL");
  if (address.kind === "kv") {
    const { variable = "KV_REST_API_URL", tokenVariable = "KV_REST_API_TOKEN" } = source ?? {};
    await checkKv(address, { variable, tokenVariable });
  }
}
