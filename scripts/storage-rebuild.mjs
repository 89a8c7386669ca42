import { readNamedStore } from "../lib/config.ts";
import { checkStore } from "../lib/storage/check-store.ts";
import { openKvArchive } from "../lib/storage/kv.ts";
import { connectRedis } from "../lib/storage/redis.ts";
import { runCommand, UsageError } from "./run-command.mjs";

const usage = `Makes the pointers of runs, the owners' lists and the lists of work of a Redis or KV anew from its records.

  npm run storage:rebuild -- redis     REDIS_URL, or KV_URL
  npm run storage:rebuild -- kv        KV_REST_API_URL and KV_REST_API_TOKEN, or those of UPSTASH_REDIS_REST_*

Servers may be at work meanwhile. Exit codes: 0 done; 1 a record could not be read, each told by a line; 2 refused;
3 the store failed on the way, run it again.`;

async function rebuild([kind, ...more]) {
  if (kind === "--help") return console.log(usage) ?? 0;
  if (!["redis", "kv"].includes(kind) || more.length > 0) throw new UsageError(usage);
  const { store: address, source } = readNamedStore(kind);
  await checkStore(address, source);
  const archive = openKvArchive({
    connection: kind === "redis" ? connectRedis({ url: address.url }) : address,
  });
  try {
    const { conversations, runs, cleared, unreadable } = await archive.rebuild();
    console.log(
      `${conversations} conversations with ${runs} runs can be found; ${cleared} entries led to nothing and are gone`,
    );
    for (const id of unreadable)
      console.error(`conversation ${id} cannot be read: restore it from a copy or delete it`);
    return unreadable.length > 0 ? 1 : 0;
  } finally {
    await archive.close();
  }
}

await runCommand(rebuild, { again: "Run the same command again." });
