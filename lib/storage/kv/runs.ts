import type { RunMeta, RunStore } from "../run-store.ts";
import { createClaimableRuns } from "./claimable-runs.ts";
import { createRunInKv } from "./create-run.ts";
import type { KvContext } from "./kv-context.ts";
import { createKvLeases } from "./leases.ts";
import { createKvRunReads } from "./read-runs.ts";
import { decodeRun, encodeStop } from "./records.ts";
import type { RunLocator } from "./run-locators.ts";
import { createKvLog } from "./run-log.ts";
import { requestStopScript } from "./run-scripts.ts";

/** The runs of a KV store: each method is one script, a first look at a run's conversation apart. */
export function createKvRuns(context: KvContext, notifier: Pick<RunStore, "subscribe" | "notify">): RunStore {
  const { script, keys, locators } = context;
  const reads = createKvRunReads(context);
  const work = createClaimableRuns(context);
  return {
    async createRun(run, claim) {
      const created = await createRunInKv(
        { script, keys, readRun: (conversationId, runId) => reads.runOf({ conversationId }, runId) },
        run,
        claim,
      );
      if (created.kind === "created") {
        const { conversationId, userId } = run;
        locators.remember(run.runId, { conversationId, userId });
      }
      return created;
    },
    ...createKvLeases(context),
    ...createKvLog(context),
    requestStop: (runId, by, reason) =>
      locators.withLocator(runId, (place) => requestStop(context, place, runId, by, reason)),
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
  { script, keys }: KvContext,
  { conversationId }: RunLocator,
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
