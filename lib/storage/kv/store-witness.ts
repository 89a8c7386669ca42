import { StorageError } from "../storage-error.ts";

/** A key that is there for as long as the store keeps what it was given. */
export interface StoreWitness {
  /**
   * Leaves the witness, or finds that of another process. Rejects with `StorageError` if the store has
   * lost it since: it was emptied, restored, or evicts keys, and what this process remembers is not there.
   */
  check(): Promise<void>;
}

/** The two commands that it takes. */
interface WitnessCommands {
  get(key: string): Promise<unknown>;
  set(key: string, value: string, options: { nx: true }): Promise<unknown>;
}

export function createStoreWitness(kv: WitnessCommands, key: string, newValue: () => string): StoreWitness {
  let known: string | undefined;
  return {
    async check() {
      if (known === undefined) await kv.set(key, newValue(), { nx: true });
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
