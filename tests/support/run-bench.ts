import { randomUUID } from "node:crypto";
import { createAgentProducers } from "#lib/agents/agent-producers.ts";
import { assistant } from "#lib/agents/assistant.ts";
import type { Model } from "#lib/models/model.ts";
import { decodeEvent } from "#lib/protocol/decode-event.ts";
import { fold } from "#lib/protocol/fold.ts";
import type { RunEvent } from "#lib/protocol/run-event.ts";
import { emptyRun, type RunState } from "#lib/protocol/run-state.ts";
import { systemClock } from "#lib/runs/clock.ts";
import { thisHolder } from "#lib/runs/holder.ts";
import { createLiveRuns } from "#lib/runs/live-runs.ts";
import type { RunContext } from "#lib/runs/run-context.ts";
import { newRun } from "#lib/runs/run-request.ts";
import { startRun } from "#lib/runs/start-run.ts";
import type { NewRun } from "#lib/storage/run-store.ts";
import { openSqlite } from "#lib/storage/sqlite.ts";
import type { Storage } from "#lib/storage/storage.ts";
import { localUserId } from "./local-api.ts";

/** The user of the runs in tests, also through `localApi`. */
export const userId = localUserId;

type ContextOptions = Partial<RunContext> & {
  pickModel?(id?: string, keys?: ReadonlyMap<string, string>): Promise<Model>;
};

/** Everything a run needs, on a store in memory, in one process. */
export function runContext(
  model: Model,
  { pickModel = async () => model, ...options }: ContextOptions = {},
): RunContext {
  const storage = options.storage ?? openSqlite({ dir: ":memory:" });
  const { coalesceMs } = storage;
  return {
    storage,
    clock: systemClock,
    holder: thisHolder(),
    leaseMs: 15_000,
    heartbeatMs: 5_000,
    limits: {},
    newId: randomUUID,
    random: () => 0.5,
    pickProducer: createAgentProducers({
      agents: [assistant],
      pickModel,
      ...(coalesceMs !== undefined && { coalesceMs }),
    }),
    live: createLiveRuns(),
    log: () => undefined,
    ...options,
  };
}

/** A question in a conversation, as the route makes it of a request. */
export const question = (text: string, ids: { runId?: string; conversationId?: string } = {}): NewRun => {
  const { runId = randomUUID(), conversationId = randomUUID() } = ids;
  return newRun({ runId, message: { text } }, { conversationId, userId, newId: randomUUID });
};

/** Starts a run and waits until it has ended. */
export async function runToEnd(context: RunContext, run: NewRun): Promise<RunEvent[]> {
  const created = await startRun(context, run);
  await created.done;
  return readLog(context.storage, run.runId);
}

export async function readLog(storage: Storage, runId: string): Promise<RunEvent[]> {
  const read = await storage.runs.read(runId, { seq: 0 }, 100_000);
  if (!read || read.gone) throw new Error("no log");
  return read.entries.map((entry) => decodeEvent(entry.json));
}

export const foldAll = (events: readonly RunEvent[], runId = events[0]?.runId ?? ""): RunState =>
  events.reduce(fold, emptyRun(runId));

export const textOf = ({ parts }: Pick<RunState, "parts">): string =>
  parts.flatMap((part) => (part.type === "text" ? [part.text] : [])).join("");
