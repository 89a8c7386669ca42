import { randomUUID } from "node:crypto";
import type { AppendResult, ClaimedRun, Holder, Lease, LeaseReply, RunMeta, RunStore } from "../run-store.ts";
import type { KvContext } from "./kv-context.ts";
import { decodeAppend, decodeRun, encodeHolder } from "./records.ts";
import type { RunLocator } from "./run-locators.ts";
import { claimScript, heartbeatScript, suspendScript } from "./run-scripts.ts";

/** What an owner of no run is answered. */
export const unknownRun: AppendResult = { kind: "fenced", head: 0 };

/** Who may append: taking a run, keeping it, letting it go (docs/protocol.md 5.1, 5.3, 5.8). */
export function createKvLeases({ script, keys, locators, epochMs }: KvContext) {
  async function claimOf(
    { conversationId }: RunLocator,
    { runId, token, fromEpoch, leaseMs, holder, deadHolder }: Claim,
  ): ReturnType<RunStore["claim"]> {
    const reply = await script(
      claimScript,
      [keys.run(conversationId, runId).itself, keys.live, keys.conversation(conversationId).itself],
      [
        token,
        fromEpoch,
        leaseMs,
        encodeHolder(holder),
        deadHolder ? encodeHolder(deadHolder) : "",
        epochMs,
        keys.member(conversationId, runId),
        keys.channel(runId),
      ],
    );
    return reply.length === 0 ? null : claimedRun(decodeRun(reply), token);
  }

  const claim: RunStore["claim"] = (runId, token, fromEpoch, leaseMs, holder, deadHolder) =>
    locators.withLocator(runId, (place) =>
      claimOf(place, { runId, token, fromEpoch, leaseMs, holder, deadHolder }),
    );

  async function heartbeat({ runId, epoch, token }: Lease, leaseMs: number): Promise<AppendResult> {
    const place = await locators.locate(runId);
    if (place === undefined) return unknownRun;
    const { conversationId } = place;
    const at = [keys.run(conversationId, runId).itself, keys.live];
    const reply = await script(heartbeatScript, at, [
      epoch,
      token,
      leaseMs,
      keys.member(conversationId, runId),
    ]);
    return decodeAppend(reply, runId);
  }

  async function suspend(
    { runId, epoch, token }: Lease,
    to: "waiting" | "queued",
  ): Promise<AppendResult | (LeaseReply & { kind: "decided" })> {
    const place = await locators.locate(runId);
    if (place === undefined) return unknownRun;
    const { conversationId } = place;
    const reply = await script(
      suspendScript,
      [keys.run(conversationId, runId).itself, keys.live],
      [randomUUID(), epoch, token, to, keys.member(conversationId, runId), keys.channel(runId)],
    );
    return decodeAppend(reply, runId);
  }

  return { claim, heartbeat, suspend };
}

/** The lease of a run that was just claimed. */
export function claimedRun(run: RunMeta, token: string): ClaimedRun {
  const { runId, epoch, head, stop } = run;
  return { runId, epoch, token, head, ...(stop && { stop }), run };
}

interface Claim {
  runId: string;
  token: string;
  fromEpoch: number;
  leaseMs: number;
  holder: Holder;
  deadHolder: Holder | undefined;
}
