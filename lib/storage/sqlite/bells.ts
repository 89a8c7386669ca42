import { type Bell, createBell } from "../create-bell.ts";
import type { OtherProcesses } from "./watch-others.ts";

export interface Bells {
  /** Listens from now on, not only from the first `next`. */
  listen(runId: string, signal: AbortSignal): AsyncIterable<void>;
  ring(runIds: Iterable<string>): void;
  close(): void;
}

export interface BellsOptions {
  /** Tells of other processes' commits; only while somebody listens. */
  others?: OtherProcesses;
  /** Changes whenever a reader of the run has something to see; nothing if that cannot be told now. */
  markOf(runId: string): string | undefined;
}

interface Listened {
  bells: Set<Bell>;
  /** As another process's commit left it; unknown until the first. */
  mark?: string;
}

/** All the bells of one open store. */
export function createBells({ others, markOf }: BellsOptions): Bells {
  const listened = new Map<string, Listened>();
  let unwatch: (() => void) | undefined;

  function listen(runId: string, signal: AbortSignal): AsyncIterable<void> {
    if (signal.aborted) return createBell(signal, () => {});
    const run = listened.get(runId) ?? { bells: new Set() };
    listened.set(runId, run);
    unwatch ??= others?.watch(ringChanged);
    const bell = createBell(signal, (ended) => {
      run.bells.delete(ended);
      forgetUnheard(runId, run);
    });
    run.bells.add(bell);
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
      for (const bell of run.bells) bell.ring();
    }
  }

  return {
    listen,
    ring(runIds) {
      for (const runId of runIds) for (const bell of listened.get(runId)?.bells ?? []) bell.ring();
    },
    close() {
      for (const { bells } of [...listened.values()]) for (const bell of [...bells]) bell.end();
    },
  };
}
