import type { RunEvent } from "../../events/run-event.ts";
import { createRecentLog } from "../recent-log.ts";
import type { Append, RunStore } from "../storage.ts";

export interface OwnLog {
  runs: RunStore;
  /** Takes a notice that the run has changed; whether its readers here have to be told. */
  heard(runId: string, notice?: string): boolean;
}

export interface OwnLogOptions {
  /** Ms; of the store's clock or any that runs with it. */
  now(): number;
  /** An append of this process is in the store: its readers here need not wait for the store to say so. */
  grown(runId: string): void;
}

/**
 * Answers the readers of runs that this process writes from what it has written: while its lease holds, nobody else can
 * append, and a read that the store need not answer is half of what a delta costs it. Whatever is not the plain next
 * append of a lease that holds is asked of the store.
 */
export function createOwnLog(store: RunStore, { now, grown }: OwnLogOptions): OwnLog {
  const leasedUntil = new Map<string, number>();
  const recent = createRecentLog(() => 1, now);
  recent.keepOnly(1);

  function forget(runId: string): void {
    leasedUntil.delete(runId);
    recent.forget(runId);
  }

  function holds(runId: string): boolean {
    const until = leasedUntil.get(runId);
    if (until !== undefined && until <= now()) forget(runId);
    return leasedUntil.has(runId);
  }

  function keep(runId: string, leaseUntil: number, events: readonly RunEvent[], { head }: Append): void {
    const entries = events.map((event) => ({
      seq: event.seq,
      epoch: event.epoch,
      json: JSON.stringify(event),
    }));
    leasedUntil.set(runId, leaseUntil);
    recent.keep(runId, { head, status: "running", leaseUntil, entries });
    grown(runId);
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
        else forget(runId);
        return answer;
      } catch (error) {
        forget(runId);
        throw error;
      }
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

  function heard(runId: string, notice?: string): boolean {
    // Nobody else can have made it longer: the notice is of what this process wrote, and its readers know.
    if (notice === "log" && holds(runId)) return false;
    forget(runId);
    return true;
  }

  return { runs, heard };
}
