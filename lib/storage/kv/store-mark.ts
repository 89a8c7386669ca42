import { StorageError } from "../storage-error.ts";

/** A key that is there for as long as the store keeps what it was given. */
export interface StoreMark {
  /**
   * Leaves the mark, or finds that of another process. Rejects with `StorageError` if the store has lost it
   * since: it was emptied, restored, or evicts keys, and this process remembers what is not there any more.
   */
  check(): Promise<void>;
}

/** The two commands that it takes. */
interface MarkCommands {
  get(key: string): Promise<unknown>;
  set(key: string, value: string, options: { nx: true }): Promise<unknown>;
}

export function createStoreMark(kv: MarkCommands, key: string, newMark: () => string): StoreMark {
  let known: string | undefined;
  return {
    async check() {
      if (known === undefined) await kv.set(key, newMark(), { nx: true });
      const found = await kv.get(key);
      if (typeof found === "string") known ??= found;
      if (found !== known) throw lost();
    },
  };
}

const lost = (): StorageError => {
  const detail = "the store was emptied, or lost keys, since this server was started: restart it";
  return new StorageError("unavailable", detail, { detail });
};
