import { decodeEvent } from "../events/decode-event.ts";
import { emptyRun, fold, type RunState } from "../events/fold.ts";
import { isOver, type RunMeta, type RunSnapshot, type StopRequest } from "../storage/storage.ts";
import { isDead } from "./owner.ts";
import type { RunContext } from "./run-context.ts";
import { startEvent } from "./start-event.ts";
import { runDetached } from "./start-run.ts";
import { type Close, writeLog } from "./write-log.ts";

/**
 * Takes over a run that nobody owns any more: one that never began is run, any other is ended, `abort` where a stop
 * was asked, else `interrupted`. Nothing happens while its owner's lease is live, unless that owner surely is dead.
 */
export async function closeOrphan(context: RunContext, run: RunMeta): Promise<void> {
  if (isOver(run.status) || run.status === "waiting" || context.live.get(run.runId)) return;
  if (run.epoch === 0 && !run.stop) {
    void runDetached(context, run);
    return;
  }
  const { storage, leaseMs, heartbeatMs, owner, clock } = context;
  const dead = run.owner && isDead(run.owner, owner) ? run.owner : undefined;
  const claim = await storage.runs.claim(run.runId, context.newId(), run.epoch, leaseMs, owner, dead);
  const snapshot = claim && (await storage.runs.snapshot(run.runId));
  if (!claim || !snapshot) return;
  let stop = claim.stop;
  const writer = writeLog({
    store: storage.runs,
    clock,
    lease: { runId: claim.runId, epoch: claim.epoch, token: claim.token },
    leaseMs,
    heartbeatMs,
    state: stateOf(snapshot),
    onStop: (request) => void (stop = request),
    onLost: (reason) =>
      context.log({ level: "warn", message: "closing a run failed", runId: run.runId, reason }),
    onSaving: () => undefined,
  });
  if (writer.state.seq === 0) void writer.push(startEvent(claim.run, run.model ?? ""));
  await writer.end((state) => closing(state, stop));
}

/** The newest stored fold and what was written after it. */
export const stateOf = ({ run, fold: checkpoint, entries }: RunSnapshot): RunState =>
  entries.reduce((state, entry) => fold(state, decodeEvent(entry.json)), checkpoint ?? emptyRun(run.runId));

function closing(state: RunState, stop: StopRequest | undefined): Close {
  if (!stop) {
    const errorText = "the server restarted while this was written";
    return {
      event: { type: "interrupted", reason: "owner-gone", errorText },
      reason: { code: "interrupted", errorText },
      status: "interrupted",
    };
  }
  const { by, reason } = stop;
  return {
    event: {
      type: "abort",
      by,
      ...(reason !== undefined && { reason }),
      ...(state.total && { total: state.total }),
      timings: { queuedMs: 0, durationMs: state.lastAt - state.startedAt },
    },
    reason: { code: "stopped", errorText: "the run was stopped before this was done" },
    status: "stopped",
  };
}
