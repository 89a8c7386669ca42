import { undoMs } from "../../protocol/limits.ts";
import { isEnded } from "../../protocol/run-status.ts";
import { isClaimable, isLeased } from "../core/lease-rules.ts";
import { isUnreadable } from "../core/unreadable.ts";
import type { RunMeta } from "../run-store.ts";
import { purgeableScript, purgeScript, runsOfScript } from "./conversation-scripts.ts";
import type { KvContext } from "./kv-context.ts";
import { decodeRun } from "./records.ts";
import { listAt, type Reply, textAt, textsOf } from "./run-script.ts";
import { liveScript, readLiveScript } from "./run-scripts.ts";

/** Conversations purged at a time. */
const purgeLimit = 20;
/** Runs read by one script: everybody else waits meanwhile. */
const runsAtOnce = 100;

interface Live {
  run: RunMeta;
  /** The conversation's. */
  activeRunId: string;
}

/**
 * What a sweep looks for: runs that need somebody, runs that have somebody, and what is to be cleared away.
 */
export function createClaimableRuns({ script, keys }: KvContext) {
  async function live(kind: "free" | "leased", limit: number): Promise<{ at: number; runs: Live[] }> {
    const reply = await script(liveScript, [keys.live], [kind, limit]);
    const members = textsOf(listAt(reply, 1));
    const runs: Live[] = [];
    for (let from = 0; from < members.length; from += runsAtOnce) {
      runs.push(...(await readLive(members.slice(from, from + runsAtOnce))));
    }
    return { at: Number(textAt(reply, 0)), runs };
  }

  async function readLive(members: string[]): Promise<Live[]> {
    const places = members.map((member) => {
      const { conversationId, runId } = keys.readMember(member);
      return [keys.run(conversationId, runId).itself, keys.conversation(conversationId).itself];
    });
    const reply = await script(readLiveScript, [keys.live, ...places.flat()], members);
    return reply.flatMap((found) => (typeof found === "string" ? [] : decodeLive(found)));
  }

  async function claimable(limit: number): Promise<RunMeta[]> {
    const { at, runs } = await live("free", limit);
    return runs
      .filter(({ run, activeRunId }) => isClaimable(run, activeRunId === run.runId, at))
      .map(({ run }) => run);
  }

  async function leased(limit: number): Promise<RunMeta[]> {
    const { at, runs } = await live("leased", limit);
    return runs.flatMap(({ run }) => (isLeased(run, at) && !isEnded(run.status) ? [run] : []));
  }

  async function trim(): Promise<number> {
    const due = await script(purgeableScript, [keys.deleted], [undoMs, purgeLimit]);
    let count = 0;
    for (const id of textsOf(due)) {
      count += await purge(id).catch((error: unknown) => {
        if (isUnreadable(error)) return 0;
        throw error;
      });
    }
    return count;
  }

  async function purge(conversationId: string): Promise<number> {
    const { itself, order, messages, runs } = keys.conversation(conversationId);
    const known = await script(runsOfScript, [itself, runs], []);
    const runIds = textsOf(listAt(known, 1));
    const ofRun = (runId: string) => {
      const run = keys.run(conversationId, runId);
      return [run.itself, run.log, run.fold, keys.pointer(runId)];
    };
    const index = keys.ownerIndex(textAt(known, 0));
    const [purged] = await script(
      purgeScript,
      [itself, order, messages, runs, keys.deleted, index, keys.live, ...runIds.flatMap(ofRun)],
      [undoMs, conversationId, ...runIds.map((runId) => keys.member(conversationId, runId))],
    );
    return textAt(known, 0) === "" ? 0 : Number(purged);
  }

  return { claimable, leased, trim };
}

/** Nothing for a record that cannot be read: it stands in nobody else's way. */
function decodeLive(found: Reply): Live[] {
  try {
    return [{ activeRunId: textAt(found, 0), run: decodeRun(listAt(found, 1)) }];
  } catch (error) {
    if (isUnreadable(error)) return [];
    throw error;
  }
}
