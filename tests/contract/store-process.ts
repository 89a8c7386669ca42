import { createLatch, type Latch } from "#lib/async/latch.ts";
import { openSqlite } from "#lib/storage/sqlite.ts";
import type { Storage } from "#lib/storage/storage.ts";
import { StorageError } from "#lib/storage/storage-error.ts";
import type { Reply, Request } from "./remote-storage.ts";

/**
 * A process of its own that opens stores and does what it is told over IPC: `remote-storage.ts` is its other
 * end.
 */

const stores = new Map<number, Storage>();
const subscriptions = new Map<number, { latch: Latch; unsubscribe(): void }>();
let now = 0;

const reply = (message: Reply) => void process.send?.(message);

async function answer({ store, part, method, args }: Request): Promise<unknown> {
  if (part === "storage" && method === "open")
    return void stores.set(store, openSqlite({ dir: String(args[0]), now: () => now }));
  const storage = stores.get(store);
  const target: object | undefined = part === "storage" ? storage : storage?.[part];
  if (!target) throw new Error(`no store ${store}`);
  return Reflect.apply(Reflect.get(target, method), target, args);
}

async function subscribe(id: number, { store, args }: Request): Promise<void> {
  const latch = createLatch();
  const only = args[1] === "stop" ? "stop" : undefined;
  const subscription = stores.get(store)?.runs.subscribe(String(args[0]), latch, only);
  subscriptions.set(id, { latch, unsubscribe: () => subscription?.unsubscribe() });
  // The subscriber was there before the request came: it is notified of what it may have missed.
  latch.set();
  while (await latch.wait()) reply({ id, notified: true });
  subscriptions.delete(id);
  reply({ id, value: undefined });
}

function unsubscribe(id: number): void {
  subscriptions.get(id)?.unsubscribe();
  subscriptions.get(id)?.latch.close();
}

process.on("message", (request: Request) => {
  const { id, method } = request;
  now = request.now;
  if (method === "unsubscribe") return unsubscribe(id);
  const replied =
    method === "subscribe" ? subscribe(id, request) : answer(request).then((value) => reply({ id, value }));
  replied.catch((error: unknown) => reply({ id, error: errorOf(error) }));
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
