import { createNotifier } from "#lib/storage/core/notifier.ts";
import type { Storage } from "#lib/storage/storage.ts";
import { createMapConversations } from "./map-conversations.ts";
import { createMapLimits } from "./map-limits.ts";
import { createMapNotes } from "./map-notes.ts";
import type { MapRecords } from "./map-records.ts";
import { createMapRuns } from "./map-runs.ts";
import { createMapSessions } from "./map-sessions.ts";

/**
 * The smallest store that keeps the contract: maps in the memory of one process. docs/write-a-store.md
 * explains it. Each call runs to its end without a break, which makes it atomic; a store elsewhere needs a
 * transaction.
 */
export function createMapStore(now: () => number): Storage {
  // No other process can change these maps: there is nothing to watch.
  const notifier = createNotifier(() => () => undefined);
  const records: MapRecords = {
    conversations: new Map(),
    runs: new Map(),
    notes: new Map(),
    now,
    changed: (runId, change) => notifier.changed(runId, change),
  };
  return {
    name: "maps",
    runs: createMapRuns(records, { subscribe: notifier.subscribe, notify: notifier.notify }),
    conversations: createMapConversations(records),
    sessions: createMapSessions(records),
    limits: createMapLimits(records),
    notes: createMapNotes(records),
    ping: async () => undefined,
    close: async () => notifier.close(),
  };
}
