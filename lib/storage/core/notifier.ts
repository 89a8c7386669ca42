import type { Latch } from "../../async/latch.ts";
import type { RunStore } from "../run-store.ts";

/** Wakes the subscribers of a run; with "log" only those that wait for more than a stop. */
export type Wake = (change?: "log") => void;

/** Watches a run for changes that others make, until the result is called. */
export type WatchRun = (runId: string, wake: Wake) => () => void;

/** Who is told of what run, in one open store. */
export interface Notifier extends Pick<RunStore, "subscribe" | "notify"> {
  /** The run was changed here, which is durable by now. "log": it grew, or ended, and nothing else. */
  changed(runId: string, change?: "log"): void;
  /** Ends all subscriptions and closes their latches. */
  close(): void;
}

interface Subscribers {
  readers: Set<Latch>;
  /** Those that wait for a stop only. */
  stopWatchers: Set<Latch>;
  unwatch(): void;
}

/** A run is watched as long as somebody subscribes to it, and once, however many do. */
export function createNotifier(watchRun: WatchRun): Notifier {
  const watched = new Map<string, Subscribers>();
  /** Of the runs that this process holds. */
  const durabilities = new Map<string, "ok" | "delayed">();
  let isClosed = false;

  function changed(runId: string, change?: "log"): void {
    const run = watched.get(runId);
    if (!run) return;
    for (const latch of run.readers) latch.set();
    if (change !== "log") for (const latch of run.stopWatchers) latch.set();
  }

  function watch(runId: string): Subscribers {
    const unwatch = watchRun(runId, (change) => changed(runId, change));
    const run = { readers: new Set<Latch>(), stopWatchers: new Set<Latch>(), unwatch };
    watched.set(runId, run);
    return run;
  }

  function unsubscribe(runId: string, latch: Latch): void {
    const run = watched.get(runId);
    if (!run) return;
    run.readers.delete(latch);
    run.stopWatchers.delete(latch);
    if (run.readers.size + run.stopWatchers.size > 0) return;
    watched.delete(runId);
    run.unwatch();
  }

  return {
    subscribe(runId, latch, only) {
      const subscription = {
        get durability() {
          return durabilities.get(runId);
        },
        unsubscribe: () => unsubscribe(runId, latch),
      };
      if (isClosed) {
        latch.close();
        return subscription;
      }
      const run = watched.get(runId) ?? watch(runId);
      (only === "stop" ? run.stopWatchers : run.readers).add(latch);
      return subscription;
    },
    notify(runId, durability) {
      if (durability === durabilities.get(runId)) return;
      if (durability === undefined) durabilities.delete(runId);
      else durabilities.set(runId, durability);
      changed(runId, "log");
    },
    changed,
    close() {
      isClosed = true;
      for (const { readers, stopWatchers, unwatch } of watched.values()) {
        for (const latch of [...readers, ...stopWatchers]) latch.close();
        unwatch();
      }
      watched.clear();
    },
  };
}
