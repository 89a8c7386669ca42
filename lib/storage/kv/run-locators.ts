import { decodeRunLocator, type RunLocator } from "./codec/id-pairs.ts";
import type { Keys } from "./keys.ts";
import { textAt } from "./reply.ts";
import type { RunScript } from "./script-runner.ts";
import { readPointerScript } from "./scripts/read.ts";

/**
 * The locators of runs. A run's conversation never changes and its user hardly ever, so each is read once a
 * process.
 */
export interface RunLocators {
  /** Undefined: no such run. */
  locate(runId: string): Promise<RunLocator | undefined>;
  /** What `read` resolves with for the run's locator; null without such a run. */
  withLocator<T>(runId: string, read: (locator: RunLocator) => Promise<T | null>): Promise<T | null>;
  remember(runId: string, locator: RunLocator): void;
}

const maxRemembered = 10_000;

export function createRunLocators(script: RunScript, keys: Keys): RunLocators {
  const known = new Map<string, RunLocator>();

  function remember(runId: string, locator: RunLocator): void {
    known.delete(runId);
    known.set(runId, locator);
    if (known.size <= maxRemembered) return;
    const [oldest] = known.keys();
    if (oldest !== undefined) known.delete(oldest);
  }

  async function readPointer(runId: string): Promise<RunLocator | undefined> {
    const text = textAt(await script(readPointerScript, [keys.pointer(runId)], []), 0);
    if (text === "") return undefined;
    const locator = decodeRunLocator(text);
    remember(runId, locator);
    return locator;
  }

  return {
    remember,
    locate: async (runId) => known.get(runId) ?? readPointer(runId),
    async withLocator(runId, read) {
      const remembered = known.get(runId);
      const found = remembered === undefined ? null : await read(remembered);
      if (found !== null) return found;
      // The run may have been purged, and its id be used in another conversation since.
      const locator = await readPointer(runId);
      const isSame = locator?.conversationId === remembered?.conversationId;
      return locator === undefined || isSame ? null : read(locator);
    },
  };
}
