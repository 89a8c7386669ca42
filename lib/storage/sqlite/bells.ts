import { type Bell, createBell } from "../create-bell.ts";
import type { OtherProcesses } from "./watch-others.ts";

export interface Bells {
  /** Listens from now on, not only from the first `next`. `only`: that the log grew here rings it not. */
  listen(runId: string, signal: AbortSignal, only?: "stop"): AsyncIterable<void>;
  /** `notice`: nothing but the log has changed. */
  ring(runId: string, notice?: "log"): void;
  close(): void;
}

export interface BellsOptions {
  /** Tells of other processes' commits; only while somebody listens. */
  others: OtherProcesses | undefined;
  /** Changes whenever a reader of the run has something to see; nothing if that cannot be told now. */
  markOf(runId: string): string | undefined;
}

interface Listened {
  /** Each with what it waits for. */
  bells: Map<Bell, "stop" | undefined>;
  /** As another process's commit left it; unknown until the first. */
  mark: string | undefined;
}

/** All the bells of one open store. */
export function createBells({ others, markOf }: BellsOptions): Bells {
  const listened = new Map<string, Listened>();
  let unwatch: (() => void) | undefined;

  function listen(runId: string, signal: AbortSignal, only?: "stop"): AsyncIterable<void> {
    if (signal.aborted) return createBell(signal, () => {});
    const run = listened.get(runId) ?? { bells: new Map(), mark: undefined };
    listened.set(runId, run);
    unwatch ??= others?.watch(ringChanged);
    const bell = createBell(signal, (ended) => {
      run.bells.delete(ended);
      forgetUnheard(runId, run);
    });
    run.bells.set(bell, only);
    return bell;
  }

  function forgetUnheard(runId: string, run: Listened): void {
    if (run.bells.size > 0) return;
    listened.delete(runId);
    if (listened.size > 0) return;
    unwatch?.();
    unwatch = undefined;
  }

  /** Every commit of another process comes by here; it rarely concerns all the runs that are listened to. */
  function ringChanged(): void {
    for (const [runId, run] of listened) {
      const mark = markOf(runId);
      if (mark !== undefined && mark === run.mark) continue;
      run.mark = mark;
      for (const bell of run.bells.keys()) bell.ring();
    }
  }

  return {
    listen,
    ring(runId, notice) {
      for (const [bell, only] of listened.get(runId)?.bells ?? [])
        if (notice !== "log" || only === undefined) bell.ring();
    },
    close() {
      for (const { bells } of [...listened.values()]) for (const bell of [...bells.keys()]) bell.end();
    },
  };
}
