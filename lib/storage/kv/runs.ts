import type { RunMeta, RunStore } from "../run-store.ts";
import { createRun } from "./create-run.ts";
import { createLeases } from "./leases.ts";
import type { Place } from "./places.ts";
import { createReadRuns } from "./read-runs.ts";
import { decodeRun, encodeStop } from "./records.ts";
import type { KvRoom } from "./room.ts";
import { createRunLog } from "./run-log.ts";
import { requestStopScript } from "./run-scripts.ts";
import { createWork } from "./work.ts";

/** The runs of a KV store: each method is one script, a first look at a run's conversation apart. */
export function createRuns(room: KvRoom, notifier: Pick<RunStore, "subscribe" | "notify">): RunStore {
  const { script, keys, places } = room;
  const reads = createReadRuns(room);
  const work = createWork(room);
  return {
    async createRun(run) {
      const created = await createRun(
        { script, keys, readRun: (conversationId, runId) => reads.runOf({ conversationId }, runId) },
        run,
      );
      if (created.kind === "created") {
        const { conversationId, userId } = run;
        places.remember(run.runId, { conversationId, userId });
      }
      return created;
    },
    ...createLeases(room),
    ...createRunLog(room),
    requestStop: (runId, by, reason) =>
      places.at(runId, (place) => requestStop(room, place, runId, by, reason)),
    run: reads.run,
    read: reads.read,
    snapshot: reads.snapshot,
    ...notifier,
    claimable: work.claimable,
    leased: work.leased,
    trim: work.trim,
  };
}

async function requestStop(
  { script, keys }: KvRoom,
  { conversationId }: Place,
  runId: string,
  by: string,
  reason?: string,
): Promise<RunMeta | null> {
  const reply = await script(
    requestStopScript,
    [keys.run(conversationId, runId).itself, keys.live, keys.conversation(conversationId).itself],
    [encodeStop(by, reason), keys.member(conversationId, runId), keys.channel(runId)],
  );
  return reply.length === 0 ? null : decodeRun(reply);
}
