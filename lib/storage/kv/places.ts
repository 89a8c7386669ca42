import type { Keys } from "./keys.ts";
import { lua } from "./lua.ts";
import { type RunScript, textAt } from "./run-script.ts";

/** Where a run's records are, and in whose index its conversation is. */
export interface Place {
  conversationId: string;
  userId: string;
}

/**
 * Which place a run has: its conversation never changes, its owner hardly ever, so it is asked once a
 * process.
 */
export interface Places {
  of(runId: string): Promise<Place | undefined>;
  /** What `ask` gives of the run's place; null without such a run. */
  at<T>(runId: string, ask: (place: Place) => Promise<T | null>): Promise<T | null>;
  remember(runId: string, place: Place): void;
}

const pointerScript = lua("return {redis.call('GET', KEYS[1]) or ''}");
const most = 10_000;

export function createPlaces(script: RunScript, keys: Keys): Places {
  const known = new Map<string, Place>();

  function remember(runId: string, place: Place): void {
    known.delete(runId);
    known.set(runId, place);
    if (known.size <= most) return;
    const [oldest] = known.keys();
    if (oldest !== undefined) known.delete(oldest);
  }

  async function look(runId: string): Promise<Place | undefined> {
    const text = textAt(await script(pointerScript, [keys.pointer(runId)], []), 0);
    if (text === "") return undefined;
    const place = keys.readPlace(text);
    remember(runId, place);
    return place;
  }

  return {
    remember,
    of: async (runId) => known.get(runId) ?? look(runId),
    async at(runId, ask) {
      const remembered = known.get(runId);
      const found = remembered === undefined ? null : await ask(remembered);
      if (found !== null) return found;
      // It may have been purged, and its id be used elsewhere since.
      const place = await look(runId);
      return place === undefined || place.conversationId === remembered?.conversationId ? null : ask(place);
    },
  };
}
