import { randomUUID } from "node:crypto";
import { fold } from "#lib/protocol/fold.ts";
import { type EventBody, type RunEvent, runEvent } from "#lib/protocol/run-event.ts";
import { emptyRun } from "#lib/protocol/run-state.ts";
import type { Decision, Lease } from "#lib/storage/run-store.ts";
import type { Storage } from "#lib/storage/storage.ts";

/** Longer than any test. */
const leaseMs = 600_000;

/** A live run whose log a test writes: it holds the lease, as the process of an agent would. */
export interface WrittenRun {
  conversationId: string;
  runId: string;
  /** Resolves once the events are durable. */
  write(...bodies: EventBody[]): Promise<void>;
  /** What persons have decided and the log does not have yet. */
  decisions(): Promise<readonly Decision[]>;
  /** Writes the last events, and that the run has finished. */
  finish(...bodies: EventBody[]): Promise<void>;
}

interface WrittenRunOptions {
  userId: string;
  question: string;
  agent?: string;
}

/** Starts a conversation of that user in a store that a server has open too. */
export async function startWrittenRun(storage: Storage, options: WrittenRunOptions): Promise<WrittenRun> {
  const { userId, question, agent = "assistant" } = options;
  const [runId, conversationId] = [randomUUID(), randomUUID()];
  const created = await storage.runs.createRun(
    {
      ...{ runId, conversationId, userId, agent, bodyHash: runId, messageId: randomUUID(), title: question },
      ask: { kind: "message", message: { id: randomUUID(), text: question }, parentMessageId: null },
    },
    { token: randomUUID(), leaseMs, holder: { host: "a test", boot: "none", pid: 1, startedAt: "0" } },
  );
  if (created.kind !== "created" || !created.claim)
    throw new Error(`the run was not created: ${created.kind}`);
  const { run, claim } = created;
  const lease: Lease = claim;
  let state = emptyRun(runId);

  function number(bodies: readonly EventBody[]): RunEvent[] {
    const from = state.seq + 1;
    const events = bodies.map((body, at) =>
      runEvent.parse({ runId, epoch: lease.epoch, seq: from + at, ts: Date.now(), ...body }),
    );
    state = events.reduce(fold, state);
    return events;
  }

  async function write(...bodies: EventBody[]): Promise<void> {
    const { kind } = await storage.runs.append(lease, number(bodies), leaseMs);
    if (kind !== "ok") throw new Error(`the events were not stored: ${kind}`);
  }

  const { messageId, userMessageId } = run;
  await write({ type: "start", v: 1, conversationId, messageId, userMessageId, agent, model: "scripted" });
  return {
    conversationId,
    runId,
    write,
    decisions: async () => (await storage.runs.heartbeat(lease, leaseMs)).decisions ?? [],
    async finish(...bodies) {
      const events = number([
        ...bodies,
        { type: "finish", finishReason: "stop", timings: { queuedMs: 0, durationMs: 1000 } },
      ]);
      await storage.runs.finish(lease, events, { status: "finished", state });
    },
  };
}
