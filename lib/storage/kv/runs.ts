import type { RunStore } from "../run-store.ts";
import { createClaimableRuns } from "./claimable-runs.ts";
import { createRunInKv } from "./create-run.ts";
import { createExpireWaiting } from "./expire-waiting.ts";
import { createKvInbox } from "./inbox.ts";
import type { KvContext } from "./kv-context.ts";
import { createKvLeases } from "./leases.ts";
import { purgeConversationsInKv } from "./purge-conversations.ts";
import { createKvQueues } from "./queues.ts";
import { createKvRunReads } from "./read-runs.ts";
import { createKvLog } from "./run-log.ts";

/** The runs of a KV store: each method is one script, and before it the run's pointer is read once. */
export function createKvRuns(context: KvContext, notifier: Pick<RunStore, "subscribe" | "notify">): RunStore {
  const { script, keys, locators } = context;
  const { readRun, ...reads } = createKvRunReads(context);
  return {
    async createRun(run, claim) {
      const created = await createRunInKv({ script, keys, readRun }, run, claim);
      const { conversationId, userId } = run;
      if (created.kind === "created") locators.remember(run.runId, { conversationId, userId });
      return created;
    },
    ...createKvLeases(context),
    ...createKvLog(context),
    ...createKvInbox(context),
    ...reads,
    expireWaiting: createExpireWaiting(context),
    ...createClaimableRuns(context),
    dueQueues: createKvQueues(context).dueQueues,
    ...notifier,
    trim: () => purgeConversationsInKv(context),
  };
}
