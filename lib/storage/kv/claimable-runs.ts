import { isEnded } from "../../protocol/run-status.ts";
import { isClaimable, isLeased } from "../core/lease-rules.ts";
import { isUnreadable } from "../core/unreadable.ts";
import type { RunMeta, RunStore } from "../run-store.ts";
import { decodeWorkItem } from "./codec/id-pairs.ts";
import { decodeRun } from "./codec/run.ts";
import type { KvContext } from "./kv-context.ts";
import { listAt, type Reply, textAt, textsOf } from "./reply.ts";
import { listLiveRunsScript, readLiveRunsScript } from "./scripts/claimable.ts";

/** Runs read by one script: no other command runs meanwhile. */
const maxRunsRead = 100;

interface LiveRunRecord {
  run: RunMeta;
  /** Of its conversation. */
  activeRunId: string;
}

/** What a sweep looks for: runs to take over, and runs with a live lease. */
export function createClaimableRuns({ script, keys }: KvContext): Pick<RunStore, "claimable" | "leased"> {
  async function readLive(
    kind: "free" | "leased",
    limit: number,
  ): Promise<{ now: number; runs: LiveRunRecord[] }> {
    const reply = await script(listLiveRunsScript, [keys.liveRuns], [kind, limit]);
    const workItems = textsOf(listAt(reply, 1)).filter(isReadableItem);
    const runs: LiveRunRecord[] = [];
    for (let from = 0; from < workItems.length; from += maxRunsRead)
      runs.push(...(await readRuns(workItems.slice(from, from + maxRunsRead))));
    return { now: Number(textAt(reply, 0)), runs };
  }

  async function readRuns(workItems: readonly string[]): Promise<LiveRunRecord[]> {
    const records = workItems.flatMap((workItem) => {
      const { conversationId, runId } = decodeWorkItem(workItem);
      return [keys.run(conversationId, runId).record, keys.conversation(conversationId).record];
    });
    const reply = await script(readLiveRunsScript, [keys.liveRuns, ...records], workItems);
    return reply.flatMap((found) => (typeof found === "string" ? [] : decodeReadable(found)));
  }

  return {
    async claimable(limit) {
      const { now, runs } = await readLive("free", limit);
      return runs
        .filter(({ run, activeRunId }) => isClaimable(run, activeRunId === run.runId, now))
        .map(({ run }) => run);
    },
    async leased(limit) {
      const { now, runs } = await readLive("leased", limit);
      return runs.flatMap(({ run }) => (isLeased(run, now) && !isEnded(run.status) ? [run] : []));
    },
  };
}

function isReadableItem(workItem: string): boolean {
  try {
    return decodeWorkItem(workItem).runId !== "";
  } catch (error) {
    if (isUnreadable(error)) return false;
    throw error;
  }
}

/** A record that cannot be read is left out: it must not hide the others. */
function decodeReadable(found: Reply): LiveRunRecord[] {
  try {
    return [{ activeRunId: textAt(found, 0), run: decodeRun(listAt(found, 1)) }];
  } catch (error) {
    if (isUnreadable(error)) return [];
    throw error;
  }
}
