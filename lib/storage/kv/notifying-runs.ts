import { createNotifier, type Notifier } from "../core/notifier.ts";
import type { RunStore } from "../run-store.ts";
import type { KvContext } from "./kv-context.ts";
import type { SubscribeChannel } from "./rest-subscription.ts";
import { createKvRuns } from "./runs.ts";
import { createWatchRun } from "./watch-run.ts";
import { createWriteThroughTail } from "./write-through-tail.ts";

export interface NotifyingRunsOptions {
  subscribe: SubscribeChannel;
  /** Ms, by any clock that runs like the store's. */
  now(): number;
  /** How often a run with subscribers is read although no notice came, ms. */
  pollMs: number;
}

/**
 * The runs of a KV store with the tail of this process's own writes, and the notifier of their subscribers.
 */
export function createNotifyingRuns(
  context: KvContext,
  { subscribe, now, pollMs }: NotifyingRunsOptions,
): { runs: RunStore; notifier: Notifier } {
  const stored = createKvRuns(context, {
    subscribe: (runId, latch, only) => notifier.subscribe(runId, latch, only),
    notify: (runId, durability) => notifier.notify(runId, durability),
  });
  const tail = createWriteThroughTail(stored, {
    now,
    onAppend: (runId) => notifier.changed(runId, "log"),
  });
  const watchRun = createWatchRun({
    subscribe: (runId, onNotice) =>
      subscribe(context.keys.channel(runId), (notice) => {
        if (tail.acceptNotice(runId, notice)) onNotice(notice);
      }),
    async versionOf(runId) {
      const run = await tail.runs.run(runId);
      const log = run ? `${run.head} ${run.epoch} ${run.status}` : "";
      return { log, isStopped: run?.stop !== undefined };
    },
    pollMs,
  });
  const notifier = createNotifier(watchRun);
  return { runs: tail.runs, notifier };
}
