import type { Decision, Lease, LeaseReply, RunStore } from "#lib/storage/run-store.ts";
import type { Storage } from "#lib/storage/storage.ts";

export interface DecidingStorage extends Storage {
  /** Records a decision; a run that waits for it is queued again. */
  decide(runId: string, decision: Decision): void;
}

/**
 * A real store that takes decisions (docs/protocol.md 5.3, 5.8): each reply to the holder lists those that
 * are not in the log yet, and a run that waits has no holder until one comes.
 */
export function decidingStorage(storage: Storage): DecidingStorage {
  const recorded = new Map<string, Decision[]>();
  const waiting = new Set<string>();
  const { runs } = storage;

  function listing<R extends LeaseReply>(runId: string, reply: R): R {
    const decisions = recorded.get(runId) ?? [];
    return decisions.length === 0 ? reply : { ...reply, decisions: [...decisions] };
  }

  async function suspend(lease: Lease, to: "waiting" | "queued"): ReturnType<RunStore["suspend"]> {
    const { runId } = lease;
    if (to === "queued") return listing(runId, await runs.suspend(lease, to));
    if (recorded.get(runId)?.length) {
      const reply = await runs.heartbeat(lease, 15_000);
      return reply.kind === "ok" ? { ...listing(runId, reply), kind: "decided" } : reply;
    }
    const reply = await runs.suspend(lease, "queued");
    if (reply.kind === "ok") waiting.add(runId);
    return reply;
  }

  return {
    ...storage,
    runs: {
      ...runs,
      async claim(runId, ...rest) {
        const claim = waiting.has(runId) ? null : await runs.claim(runId, ...rest);
        return claim && listing(runId, claim);
      },
      async append(lease, events, ...rest) {
        const reply = await runs.append(lease, events, ...rest);
        const written = new Set(
          events.map((event) => (event.type === "tool-approval-response" ? event.approvalId : "")),
        );
        const left = recorded.get(lease.runId)?.filter(({ approvalId }) => !written.has(approvalId));
        if (left && (reply.kind === "ok" || reply.kind === "dup")) recorded.set(lease.runId, left);
        return listing(lease.runId, reply);
      },
      heartbeat: async (lease, leaseMs) => listing(lease.runId, await runs.heartbeat(lease, leaseMs)),
      suspend,
      requestStop(runId, ...rest) {
        waiting.delete(runId);
        return runs.requestStop(runId, ...rest);
      },
      async run(runId) {
        const run = await runs.run(runId);
        return run && waiting.has(runId) ? { ...run, status: "waiting" } : run;
      },
      claimable: async (limit) => (await runs.claimable(limit)).filter(({ runId }) => !waiting.has(runId)),
    },
    decide(runId, decision) {
      recorded.set(runId, [...(recorded.get(runId) ?? []), decision]);
      waiting.delete(runId);
    },
  };
}
