import type { RunStore } from "#lib/storage/run-store.ts";
import type { Storage } from "#lib/storage/storage.ts";
import { StorageError } from "#lib/storage/storage-error.ts";

/**
 * A real store behind a connection that a test can cut: while `away`, every read and write is refused.
 */
export function faultyStorage(storage: Storage): Storage & { away: boolean; refused: number } {
  const line = { away: false, refused: 0 };
  const guard = <T extends object>(store: T, passes: readonly string[] = []): T =>
    new Proxy(store, {
      get(target, name) {
        const method: unknown = Reflect.get(target, name);
        if (typeof method !== "function" || passes.includes(String(name))) return method;
        return (...args: unknown[]): unknown => {
          if (!line.away) return Reflect.apply(method, target, args);
          line.refused += 1;
          return Promise.reject(new StorageError("unavailable", "the store is away"));
        };
      },
    });
  const runs: RunStore = guard(storage.runs, ["subscribe", "notify"]);
  const conversations = guard(storage.conversations);
  return Object.defineProperties(
    { ...storage, runs, conversations, away: false, refused: 0 },
    {
      away: {
        get: () => line.away,
        set(away: boolean) {
          line.away = away;
        },
      },
      refused: { get: () => line.refused },
    },
  );
}
