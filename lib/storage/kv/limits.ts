import { spentTokens } from "../core/spent-tokens.ts";
import { startKey } from "../core/start-key.ts";
import {
  type Admission,
  dayMs,
  type LimitStore,
  liveRetryMs,
  pendingStartMs,
  type Start,
  type StartBounds,
  sameStartMs,
  startsWindowMs,
} from "../limit-store.ts";
import { StorageError } from "../storage-error.ts";
import { encodeWorkItem } from "./codec/id-pairs.ts";
import { decodeRun } from "./codec/run.ts";
import { encodeCountedStart } from "./codec/start.ts";
import type { KvContext } from "./kv-context.ts";
import { listAt, textAt } from "./reply.ts";
import { admitScript, spendScript, withdrawScript } from "./scripts/limits.ts";

/** Usage limits (docs/protocol.md 3.11): one script each. The counters expire. */
export function createKvLimits({ script, keys }: KvContext): LimitStore {
  const countersOf = ({ userId }: Start, { starts }: StartBounds) => [
    keys.liveRunsOf(userId),
    ...starts.map(({ who }) => keys.startsOf(who)),
  ];

  async function admit(start: Start, bounds: StartBounds): Promise<Admission> {
    const reply = await script(
      admitScript,
      [keys.pointer(start.runId), keys.spent, ...countersOf(start, bounds)],
      [
        ...[startKey(start), encodeWorkItem(start.conversationId, start.runId), keys.beforeTag],
        ...[bounds.live ?? "", bounds.tokens ?? ""],
        ...[startsWindowMs, pendingStartMs, dayMs, sameStartMs],
        ...bounds.starts.map(({ max }) => max),
      ],
    );
    const kind = textAt(reply, 0);
    switch (kind) {
      case "known":
        return { kind, run: decodeRun(listAt(reply, 1)) };
      case "admitted":
        return { kind, at: Number(textAt(reply, 1)) };
      case "starts":
      case "tokens":
        return { kind: "refused", bound: kind, retryAfterMs: Number(textAt(reply, 1)) };
      case "live":
        return { kind: "refused", bound: kind, retryAfterMs: liveRetryMs };
      default:
        throw new StorageError("damaged", `Redis answered a start with "${kind}"`);
    }
  }

  return {
    admit,
    async withdraw(start, bounds, at) {
      const { runId, conversationId } = start;
      await script(
        withdrawScript,
        [keys.pointer(runId), ...countersOf(start, bounds)],
        [encodeCountedStart(start, at), encodeWorkItem(conversationId, runId)],
      );
    },
    async spend(spender, tokens) {
      await script(spendScript, [keys.spent, keys.spenders], [spender, spentTokens(tokens), dayMs]);
    },
  };
}
