import type { RunEvent } from "../../protocol/run-event.ts";
import { createTailCache } from "../core/tail-cache.ts";
import type { AppendResult, RunStore } from "../run-store.ts";

export interface WriteThroughTail {
  runs: RunStore;
  /** Takes a notice that the run has changed. True: its subscribers here have to be notified of it. */
  acceptNotice(runId: string, notice?: string): boolean;
}

export interface WriteThroughTailOptions {
  /** Ms; of the store's clock or any that runs with it. */
  now(): number;
  /** The readers here have to look: an append of this process is in the store, or may be. */
  onAppend(runId: string): void;
}

/**
 * Answers the readers of runs that this process writes from what it has written: while its lease holds,
 * nobody else can append, and a read that the store need not answer is half of what a delta costs it.
 * Whatever is not the plain next append of a lease that holds is asked of the store.
 */
export function createWriteThroughTail(
  store: RunStore,
  { now, onAppend }: WriteThroughTailOptions,
): WriteThroughTail {
  /** Until when, and as long as the store has said. */
  const held = new Map<string, { until: number; head: number }>();
  const recent = createTailCache(() => 1, now);
  recent.keepVersion(1);

  function forget(runId: string): void {
    held.delete(runId);
    recent.evict(runId);
  }

  function holds(runId: string): boolean {
    const own = held.get(runId);
    if (own && own.until <= now()) forget(runId);
    return held.has(runId);
  }

  function keep(
    runId: string,
    leaseUntil: number,
    events: readonly RunEvent[],
    { head }: AppendResult,
  ): void {
    const entries = events.map((event) => ({
      seq: event.seq,
      epoch: event.epoch,
      json: JSON.stringify(event),
    }));
    held.set(runId, { until: leaseUntil, head });
    recent.append(runId, { head, status: "running", leaseUntil, entries });
    onAppend(runId);
  }

  /** Notices of what was written may have been passed over: its readers are to ask the store now. */
  function disown(runId: string): void {
    forget(runId);
    onAppend(runId);
  }

  /** Whatever comes of it, the store knows better afterwards. */
  const forgetting =
    <Args extends readonly [{ runId: string }, ...unknown[]], T>(work: (...args: Args) => Promise<T>) =>
    (...args: Args): Promise<T> => {
      forget(args[0].runId);
      return work(...args).finally(() => forget(args[0].runId));
    };

  const runs: RunStore = {
    ...store,
    async append(lease, events, leaseMs, fold) {
      const { runId } = lease;
      // Before it is asked: the store's lease begins later, and ends later.
      const leaseUntil = now() + leaseMs;
      try {
        const answer = await store.append(lease, events, leaseMs, fold);
        // A stop that was asked for is for the store to tell.
        if (answer.kind === "ok" && !answer.stop) keep(runId, leaseUntil, events, answer);
        else disown(runId);
        return answer;
      } catch (error) {
        disown(runId);
        throw error;
      }
    },
    async heartbeat(lease, leaseMs) {
      const answer = await store.heartbeat(lease, leaseMs);
      // After a failover the store may know less than it had said, of the lease too.
      const isShorter = answer.head < (held.get(lease.runId)?.head ?? 0);
      if (answer.kind !== "ok" || answer.stop || isShorter) disown(lease.runId);
      return answer;
    },
    finish: forgetting(store.finish),
    suspend: forgetting(store.suspend),
    requestStop(runId, by, reason) {
      forget(runId);
      return store.requestStop(runId, by, reason).finally(() => forget(runId));
    },
    read: async (runId, after, limit) =>
      (holds(runId) ? recent.read(runId, after, limit) : undefined) ?? store.read(runId, after, limit),
  };

  function acceptNotice(runId: string, notice?: string): boolean {
    // Nobody else can have made it longer: the notice is of what this process wrote, and its readers know.
    if (notice === "log" && holds(runId)) return false;
    forget(runId);
    return true;
  }

  return { runs, acceptNotice };
}
