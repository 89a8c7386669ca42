import type { LiveRunView } from "../protocol/live-run-view.ts";

/** The user's live runs by their conversations, as far as they are known to this page. */
export interface BackgroundRuns {
  getState(): ReadonlyMap<string, LiveRunView>;
  subscribe(changed: () => void): () => void;
  set(runs: readonly LiveRunView[]): void;
}

export function createBackgroundRuns(): BackgroundRuns {
  let state: ReadonlyMap<string, LiveRunView> = new Map();
  const listeners = new Set<() => void>();
  return {
    getState: () => state,
    subscribe(changed) {
      listeners.add(changed);
      return () => void listeners.delete(changed);
    },
    set(runs) {
      const next = new Map(runs.map((run) => [run.conversationId, run]));
      if (JSON.stringify([...next]) === JSON.stringify([...state])) return;
      state = next;
      for (const changed of listeners) changed();
    },
  };
}
