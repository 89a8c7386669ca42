import { openSqlite } from "#lib/storage/sqlite.ts";
import type { Storage } from "#lib/storage/storage.ts";
import { StorageError } from "#lib/storage/storage-error.ts";
import type { Reply, Request } from "./remote-storage.ts";

/**
 * A process of its own that opens stores and does what it is told over IPC: `remote-storage.ts` is its other
 * end.
 */

const stores = new Map<number, Storage>();
const bells = new Map<number, AbortController>();
let now = 0;

const reply = (message: Reply) => void process.send?.(message);

async function answer({ store, room, method, args }: Request): Promise<unknown> {
  if (method === "open") return void stores.set(store, openSqlite({ dir: String(args[0]), now: () => now }));
  const storage = stores.get(store);
  const target: object | undefined = room === "storage" ? storage : storage?.[room];
  if (!target) throw new Error(`no store ${store}`);
  return Reflect.apply(Reflect.get(target, method), target, args);
}

async function ring(id: number, { store, args }: Request): Promise<void> {
  const abort = new AbortController();
  bells.set(id, abort);
  const bell = stores.get(store)?.runs.bell(String(args[0]), abort.signal) ?? [];
  // The listener was there before the request came: what it may have missed is a ring.
  reply({ id, ring: true });
  for await (const _ of bell) reply({ id, ring: true });
  bells.delete(id);
  reply({ id, value: undefined });
}

process.on("message", (request: Request) => {
  const { id } = request;
  now = request.now;
  if (request.method === "silence") return bells.get(id)?.abort();
  const work =
    request.method === "bell" ? ring(id, request) : answer(request).then((value) => reply({ id, value }));
  work.catch((error: unknown) => reply({ id, error: errorOf(error) }));
});
process.on("disconnect", () => process.exit());

function errorOf(error: unknown) {
  if (!(error instanceof Error)) return { name: "Error", message: String(error) };
  return {
    name: error.name,
    message: error.message,
    ...(error instanceof StorageError && { code: error.code }),
  };
}
