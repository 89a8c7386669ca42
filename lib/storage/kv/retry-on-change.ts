import { StorageError } from "../storage-error.ts";

const maxChanges = 5;

/**
 * Repeats a step that must know its keys before it runs, such as those of all runs of a conversation, until
 * they are still the same when it runs. `attempt` resolves with undefined if they have changed. Throws
 * `failure`, else `StorageError("unavailable")`, if `what` changes each time.
 */
export async function retryOnChange<T>(
  what: string,
  attempt: () => Promise<T | undefined>,
  failure: () => StorageError | undefined = () => undefined,
): Promise<T> {
  for (let count = 0; count < maxChanges; count += 1) {
    const result = await attempt();
    if (result !== undefined) return result;
  }
  throw failure() ?? new StorageError("unavailable", `${what} changes faster than Redis can be asked`);
}
