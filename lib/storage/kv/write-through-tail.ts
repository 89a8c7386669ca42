/**
 * Lets this process read the runs that it writes from memory: a read that the store need not answer is half
 * of what a delta costs it.
 *
 * Owns: for which runs, and until when, the tail cache may answer in the store's place.
 * Does not own: the cached entries (core/tail-cache.ts), nor the notices of other processes (watch-run.ts).
 *
 * W1  While a lease of this process is live, no other process can append: what the store has confirmed to
 *     this process is the whole log.
 * W2  The lease is counted from before the append was sent: the store's ends later.
 * W3  Only a plain append that was stored, and whose reply brought no stop request, is cached. After every
 *     other reply, and after none, reads go to the store, and readers are woken to read.
 * W4  Whatever changes the run in another way evicts it, before the call to the store and after it.
 * W5  Whoever appended goes on one turn of the event loop after the readers were woken: what they write to a
 *     socket leaves only when all that was resolved has run.
 * W6  After a failover the store's log may be shorter than it was: such a run is no longer read from memory.
 */

import { setImmediate as nextTurn } from "node:timers/promises";
import type { RunEvent } from "../../protocol/run-event.ts";
import { createTailCache } from "../core/tail-cache.ts";
import type { RunStore } from "../run-store.ts";
import { appendedEntries } from "./codec/log.ts";

export interface WriteThroughTail {
  runs: RunStore;
  /** A notice that a run has changed. Returns whether the readers of this process have to be woken. */
  acceptNotice(runId: string, notice?: string): boolean;
}

export interface WriteThroughTailOptions {
  /** Ms, by any clock that runs like the store's. */
  now(): number;
  /** Wakes the readers of this process: an append is in the store, or may be. */
  onAppend(runId: string): void;
}

/** A lease of this process, as far as the store has confirmed it. */
interface OwnLease {
  until: number;
  /** Of the log. */
  head: number;
}

export function createWriteThroughTail(
  store: RunStore,
  { now, onAppend }: WriteThroughTailOptions,
): WriteThroughTail {
  const leases = new Map<string, OwnLease>();
  const tailCache = createTailCache(() => 1, now);
  tailCache.keepVersion(1);

  function evict(runId: string): void {
    leases.delete(runId);
    tailCache.evict(runId);
  }

  /** W1 */
  function isOwn(runId: string): boolean {
    const lease = leases.get(runId);
    if (lease && lease.until <= now()) evict(runId);
    return leases.has(runId);
  }

  function cache(runId: string, { until, head }: OwnLease, events: readonly RunEvent[]): void {
    leases.set(runId, { until, head });
    const added = { head, status: "running", leaseUntil: until, entries: appendedEntries(events) } as const;
    tailCache.append(runId, added);
    onAppend(runId);
  }

  /** Readers are woken because notices of what was cached may not have been passed on to them. */
  function evictAndWake(runId: string): void {
    evict(runId);
    onAppend(runId);
  }

  /** W4 */
  const evicting =
    <Args extends readonly [{ runId: string }, ...unknown[]], T>(call: (...args: Args) => Promise<T>) =>
    (...args: Args): Promise<T> => {
      evict(args[0].runId);
      return call(...args).finally(() => evict(args[0].runId));
    };

  const runs: RunStore = {
    ...store,
    async append(lease, events, leaseMs, fold) {
      const { runId } = lease;
      const until = now() + leaseMs; // W2
      try {
        const result = await store.append(lease, events, leaseMs, fold);
        // W3
        if (result.kind !== "ok" || result.stop) {
          evictAndWake(runId);
          return result;
        }
        cache(runId, { until, head: result.head }, events);
        return await nextTurn(result); // W5
      } catch (error) {
        evictAndWake(runId);
        throw error;
      }
    },
    async heartbeat(lease, leaseMs) {
      const result = await store.heartbeat(lease, leaseMs);
      const isShorter = result.head < (leases.get(lease.runId)?.head ?? 0); // W6
      if (result.kind !== "ok" || result.stop || isShorter) evictAndWake(lease.runId);
      return result;
    },
    finish: evicting(store.finish),
    suspend: evicting(store.suspend),
    requestStop(runId, by, reason) {
      evict(runId);
      return store.requestStop(runId, by, reason).finally(() => evict(runId));
    },
    decide(runId, decision, inputHash) {
      evict(runId);
      return store.decide(runId, decision, inputHash).finally(() => evict(runId));
    },
    read: async (runId, after, limit) =>
      (isOwn(runId) ? tailCache.read(runId, after, limit) : undefined) ?? store.read(runId, after, limit),
  };

  function acceptNotice(runId: string, notice?: string): boolean {
    // W1: the notice is of an append of this process, whose readers were woken by it.
    if (notice === "log" && isOwn(runId)) return false;
    evict(runId);
    return true;
  }

  return { runs, acceptNotice };
}
