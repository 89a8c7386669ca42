import { randomUUID } from "node:crypto";
import { isUnreadable } from "../core/unreadable.ts";
import { expiry } from "../core/wait-rules.ts";
import type { RunMeta, RunStore } from "../run-store.ts";
import { decodeWorkItem } from "./codec/id-pairs.ts";
import { decodeRun, encodeStop } from "./codec/run.ts";
import type { KvContext } from "./kv-context.ts";
import { textsOf } from "./reply.ts";
import { expireWaitingScript, listWaitingScript } from "./scripts/expire-waiting.ts";

/** `RunStore.expireWaiting`: one script a run, of those whose time may have come. */
export function createExpireWaiting({ script, keys }: KvContext): RunStore["expireWaiting"] {
  async function expire(workItem: string, waitMs: number): Promise<RunMeta[]> {
    const { conversationId, runId } = decodeWorkItem(workItem);
    const { record, log } = keys.run(conversationId, runId);
    const reply = await script(
      expireWaitingScript,
      [record, log, keys.waitingRuns, keys.liveRuns, keys.conversation(conversationId).record],
      [waitMs, encodeStop(expiry.by, expiry.reason), workItem, keys.channel(runId), randomUUID()],
    );
    return reply.length === 0 ? [] : [decodeRun(reply)];
  }

  return async (waitMs, limit) => {
    const expired: RunMeta[] = [];
    for (const workItem of textsOf(await script(listWaitingScript, [keys.waitingRuns], [waitMs]))) {
      if (expired.length === limit) break;
      try {
        expired.push(...(await expire(workItem, waitMs)));
      } catch (error) {
        // One that cannot be read keeps no other from its end.
        if (!isUnreadable(error)) throw error;
      }
    }
    return expired;
  };
}
