import type { Keys } from "./keys.ts";
import { lua } from "./lua.ts";
import { type RunScript, textAt } from "./run-script.ts";

/** Where a run's records are, and in whose index its conversation is. */
export interface RunLocator {
  conversationId: string;
  userId: string;
}

/**
 * Which place a run has: its conversation never changes, its owner hardly ever, so it is asked once a
 * process.
 */
export interface RunLocators {
  locate(runId: string): Promise<RunLocator | undefined>;
  /** What `ask` gives of the run's place; null without such a run. */
  withLocator<T>(runId: string, ask: (place: RunLocator) => Promise<T | null>): Promise<T | null>;
  remember(runId: string, place: RunLocator): void;
}

const pointerScript = lua("return {redis.call('GET', KEYS[1]) or ''}");
const most = 10_000;

export function createRunLocators(script: RunScript, keys: Keys): RunLocators {
  const known = new Map<string, RunLocator>();

  function remember(runId: string, place: RunLocator): void {
    known.delete(runId);
    known.set(runId, place);
    if (known.size <= most) return;
    const [oldest] = known.keys();
    if (oldest !== undefined) known.delete(oldest);
  }

  async function look(runId: string): Promise<RunLocator | undefined> {
    const text = textAt(await script(pointerScript, [keys.pointer(runId)], []), 0);
    if (text === "") return undefined;
    const place = keys.readPlace(text);
    remember(runId, place);
    return place;
  }

  return {
    remember,
    locate: async (runId) => known.get(runId) ?? look(runId),
    async withLocator(runId, ask) {
      const remembered = known.get(runId);
      const found = remembered === undefined ? null : await ask(remembered);
      if (found !== null) return found;
      // It may have been purged, and its id be used elsewhere since.
      const place = await look(runId);
      return place === undefined || place.conversationId === remembered?.conversationId ? null : ask(place);
    },
  };
}
