import { randomUUID } from "node:crypto";
import type { AppendResult, ClaimedRun, Lease, LeaseReply, RunStore } from "../run-store.ts";
import { encodeWorkItem } from "./codec/id-pairs.ts";
import { unreadIn } from "./codec/inbox.ts";
import { decodeAppendResult } from "./codec/lease-reply.ts";
import { decodeRun, encodeHolder } from "./codec/run.ts";
import type { KvContext } from "./kv-context.ts";
import type { Reply } from "./reply.ts";
import { claimScript, heartbeatScript, suspendScript } from "./scripts/lease.ts";

/** The reply to the holder of a run that does not exist. */
export const unknownRun: AppendResult = { kind: "fenced", head: 0 };

/** Claiming, renewing and suspending (docs/protocol.md 5.1, 5.3, 5.8) by the rules of core/lease-rules.ts. */
export function createKvLeases({
  script,
  keys,
  locators,
  epochMs,
}: KvContext): Pick<RunStore, "claim" | "heartbeat" | "suspend"> {
  const claim: RunStore["claim"] = (runId, token, fromEpoch, leaseMs, holder, deadHolder) =>
    locators.withLocator(runId, async ({ conversationId }) => {
      const reply = await script(
        claimScript,
        [keys.run(conversationId, runId).record, keys.liveRuns, keys.conversation(conversationId).record],
        [
          ...[token, fromEpoch, leaseMs],
          ...[encodeHolder(holder), deadHolder ? encodeHolder(deadHolder) : "", epochMs],
          ...[encodeWorkItem(conversationId, runId), keys.channel(runId)],
        ],
      );
      return reply.length === 0 ? null : claimedRun(reply, token);
    });

  async function heartbeat({ runId, epoch, token }: Lease, leaseMs: number): Promise<AppendResult> {
    const locator = await locators.locate(runId);
    if (locator === undefined) return unknownRun;
    const { conversationId } = locator;
    const reply = await script(
      heartbeatScript,
      [keys.run(conversationId, runId).record, keys.liveRuns],
      [epoch, token, leaseMs, encodeWorkItem(conversationId, runId)],
    );
    return decodeAppendResult(reply, runId);
  }

  async function suspend(
    { runId, epoch, token }: Lease,
    to: "waiting" | "queued",
  ): Promise<AppendResult | (LeaseReply & { kind: "decided" })> {
    const locator = await locators.locate(runId);
    if (locator === undefined) return unknownRun;
    const { conversationId } = locator;
    const reply = await script(
      suspendScript,
      [keys.run(conversationId, runId).record, keys.liveRuns, keys.waitingRuns],
      [randomUUID(), epoch, token, to, encodeWorkItem(conversationId, runId), keys.channel(runId)],
    );
    return decodeAppendResult(reply, runId);
  }

  return { claim, heartbeat, suspend };
}

/** The lease of a run that was just claimed. `flat`: the run, as scripts return it. */
export function claimedRun(flat: Reply, token: string): ClaimedRun {
  const run = decodeRun(flat);
  const { runId, epoch, head, stop } = run;
  return { runId, epoch, token, head, ...(stop && { stop }), ...unreadIn(flat, runId), run };
}
