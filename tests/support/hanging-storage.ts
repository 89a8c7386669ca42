import type { RunStore } from "#lib/storage/run-store.ts";
import type { Storage } from "#lib/storage/storage.ts";
import { StorageError } from "#lib/storage/storage-error.ts";

/** A real store behind one process's connection, which a test may kill, freeze or disturb. */
export interface HangingStorage extends Storage {
  /** Calls that changed a log: `append` and `finish`, in order. */
  readonly writes: number;
  /** Pending calls, frozen ones included. */
  readonly open: number;
  /** Of all methods, ever. */
  readonly calls: number;
  readonly dead: boolean;
  /** As kill -9: no call ever answers again. What a call had done before stays done. */
  kill(): void;
  /**
   * Killed as soon as this many writes are durable, before the answer to the last of them; 0: by taking a run
   * over, or before the first write.
   */
  killAfter(writes: number): void;
  /** As SIGSTOP: calls wait, and go on at `wake`. */
  freeze(): void;
  wake(): void;
  /** The next write or suspension is done, but its answer is lost: the caller sees a store that is away. */
  loseAnswer(): void;
}

const never = new Promise<never>(() => undefined);
const writing: ReadonlySet<PropertyKey> = new Set(["append", "finish"]);
/** What a holder repeats until it is answered. */
const repeated: ReadonlySet<PropertyKey> = new Set([...writing, "suspend"]);
/** Hints that carry nothing. */
const passing: ReadonlySet<PropertyKey> = new Set(["subscribe", "notify"]);

/**
 * Gives one process its own connection to a store that several share. Notifications always pass.
 */
export function hangingStorage(storage: Storage): HangingStorage {
  let dead = false;
  let killAt = Infinity;
  let frozen: PromiseWithResolvers<void> | undefined;
  let losing = 0;
  const count = { writes: 0, open: 0, calls: 0 };

  async function thawed(): Promise<void> {
    while (frozen) await frozen.promise;
  }

  async function call(name: PropertyKey, method: () => unknown): Promise<unknown> {
    count.calls += 1;
    count.open += 1;
    try {
      await thawed();
      if (dead) return await never;
      const isWrite = writing.has(name);
      if (isWrite && count.writes >= killAt) {
        dead = true;
        return await never;
      }
      const answer = await method();
      if (isWrite) count.writes += 1;
      if (count.writes >= killAt && (isWrite || name === "claim")) dead = true;
      await thawed();
      if (dead) return await never;
      if (repeated.has(name) && losing > 0) {
        losing -= 1;
        throw new StorageError("unavailable", "the answer was lost");
      }
      return answer;
    } finally {
      count.open -= 1;
    }
  }

  const line = <T extends object>(part: T): T =>
    new Proxy(part, {
      get(target, name) {
        const method: unknown = Reflect.get(target, name);
        if (typeof method !== "function" || passing.has(name)) return method;
        return (...args: unknown[]): unknown => call(name, () => Reflect.apply(method, target, args));
      },
    });

  const runs: RunStore = line(storage.runs);
  return {
    ...storage,
    runs,
    conversations: line(storage.conversations),
    get writes() {
      return count.writes;
    },
    get open() {
      return count.open;
    },
    get calls() {
      return count.calls;
    },
    get dead() {
      return dead;
    },
    kill() {
      dead = true;
    },
    killAfter: (writes) => void (killAt = writes),
    freeze() {
      frozen ??= Promise.withResolvers<void>();
    },
    wake() {
      frozen?.resolve();
      frozen = undefined;
    },
    loseAnswer() {
      losing += 1;
    },
  };
}
