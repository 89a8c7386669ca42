import { setTimeout as delay } from "node:timers/promises";
import { StorageError } from "../storage-error.ts";
import { isBusy } from "./translate-sqlite-error.ts";

/**
 * Repeats `attempt` while another process holds the database's lock. Waits without blocking the event loop.
 * Throws `StorageError("unavailable")` once the lock has been held for `timeoutMs`, and other errors at once.
 */
export async function retryWhileBusy<T>(timeoutMs: number, attempt: () => T): Promise<T> {
  const giveUpAt = performance.now() + timeoutMs;
  for (let waitMs = 4; ; waitMs = Math.min(waitMs * 2, 100)) {
    try {
      return attempt();
    } catch (cause) {
      if (!isBusy(cause)) throw cause;
      if (performance.now() > giveUpAt) throw timedOut(timeoutMs, cause);
    }
    await delay(waitMs);
  }
}

const timedOut = (timeoutMs: number, cause: unknown) =>
  new StorageError("unavailable", `another process kept the database locked for ${timeoutMs} ms`, { cause });
