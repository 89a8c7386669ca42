import { randomUUID } from "node:crypto";
import type { AppendResult, Holder, Lease, LeaseReply, RunStore } from "../run-store.ts";
import type { Place } from "./places.ts";
import { decodeAppend, decodeRun, encodeHolder } from "./records.ts";
import type { KvRoom } from "./room.ts";
import { claimScript, heartbeatScript, suspendScript } from "./run-scripts.ts";

/** What an owner of no run is answered. */
export const unknownRun: AppendResult = { kind: "fenced", head: 0 };

/** Who may append: taking a run, keeping it, letting it go (docs/protocol.md 5.1, 5.3, 5.8). */
export function createLeases({ script, keys, places, epochMs }: KvRoom) {
  async function claimOf(
    { conversationId }: Place,
    { runId, token, fromEpoch, leaseMs, owner, deadHolder }: Claim,
  ): ReturnType<RunStore["claim"]> {
    const reply = await script(
      claimScript,
      [keys.run(conversationId, runId).itself, keys.live, keys.conversation(conversationId).itself],
      [
        token,
        fromEpoch,
        leaseMs,
        encodeHolder(owner),
        deadHolder ? encodeHolder(deadHolder) : "",
        epochMs,
        keys.member(conversationId, runId),
        keys.channel(runId),
      ],
    );
    if (reply.length === 0) return null;
    const run = decodeRun(reply);
    return { runId, epoch: run.epoch, token, head: run.head, ...(run.stop && { stop: run.stop }), run };
  }

  const claim: RunStore["claim"] = (runId, token, fromEpoch, leaseMs, owner, deadHolder) =>
    places.at(runId, (place) => claimOf(place, { runId, token, fromEpoch, leaseMs, owner, deadHolder }));

  async function heartbeat({ runId, epoch, token }: Lease, leaseMs: number): Promise<AppendResult> {
    const place = await places.of(runId);
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
    const place = await places.of(runId);
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

interface Claim {
  runId: string;
  token: string;
  fromEpoch: number;
  leaseMs: number;
  owner: Holder;
  deadHolder: Holder | undefined;
}
