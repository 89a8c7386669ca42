import type { StoreConfig, StoreSource } from "./choose-store.ts";

/** Where conversations are kept, in words, without a secret. */
export function describeStore(store: StoreConfig, { variable, unused }: StoreSource): string {
  const others =
    unused.length > 0 ? `. ${unused.join(" and ")} ${unused.length > 1 ? "are" : "is"} not used` : "";
  if (store.kind === "sqlite") return `Conversations are kept in ${store.dir}${others}`;
  const { host } = new URL(store.url);
  const name = { redis: "Redis", kv: "KV" }[store.kind];
  return `Conversations are kept in the ${name} at ${host} (${variable})${others}`;
}
