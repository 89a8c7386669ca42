import { checkKv } from "./check-kv.ts";
import { checkRedis } from "./check-redis.ts";
import type { StoreAddress } from "./open-store.ts";

/** The variables that an address comes from, for messages. */
export interface AddressSource {
  variable: string;
  tokenVariable?: string;
}

/**
 * Asks the configured store whether it can be used, within 5 s. Throws `StoreCheckError`. SQLite says so when
 * it is opened.
 */
export async function checkStore(address: StoreAddress, source?: AddressSource): Promise<void> {
  if (address.kind === "redis") await checkRedis(address.url, source?.variable ?? "REDIS_URL");
  if (address.kind === "kv") {
    const { variable = "KV_REST_API_URL", tokenVariable = "KV_REST_API_TOKEN" } = source ?? {};
    await checkKv(address, { variable, tokenVariable });
  }
}
