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
import type { KvContext } from "./kv-context.ts";
import { admitScript, spendScript, withdrawScript } from "./limit-scripts.ts";
import { decodeRun } from "./records.ts";
import { listAt, textAt } from "./run-script.ts";

/** What may be used up (docs/protocol.md 3.11): one script a step. What it keeps goes away by itself. */
export function createKvLimits({ script, keys }: KvContext): LimitStore {
  const counters = ({ userId }: Start, { starts }: StartBounds) => [
    keys.liveOf(userId),
    ...starts.map(({ who }) => keys.starts(who)),
  ];

  async function admit(start: Start, bounds: StartBounds): Promise<Admission> {
    const { runId, conversationId } = start;
    const same = nameOf(start);
    const reply = await script(
      admitScript,
      [keys.pointer(runId), keys.spent, ...counters(start, bounds)],
      [
        same,
        keys.member(conversationId, runId),
        keys.runTag,
        bounds.live ?? "",
        bounds.tokens ?? "",
        startsWindowMs,
        pendingStartMs,
        dayMs,
        sameStartMs,
        ...bounds.starts.map(({ max }) => max),
      ],
    );
    const bound = textAt(reply, 0);
    switch (bound) {
      case "known":
        return { kind: "known", run: decodeRun(listAt(reply, 1)) };
      case "admitted":
        return { kind: "admitted", at: Number(textAt(reply, 1)) };
      case "starts":
      case "tokens":
        return { kind: "refused", bound, retryAfterMs: Number(textAt(reply, 1)) };
      case "live":
        return { kind: "refused", bound, retryAfterMs: liveRetryMs };
      default:
        throw new StorageError("damaged", `Redis answered a start with "${bound}"`);
    }
  }

  return {
    admit,
    async withdraw(start, bounds, at) {
      const { runId, conversationId } = start;
      const member = keys.member(conversationId, runId);
      const places = [keys.pointer(runId), ...counters(start, bounds)];
      await script(withdrawScript, places, [`${nameOf(start)} ${at}`, member]);
    },
    async spend(spender, tokens) {
      await script(spendScript, [keys.spent, keys.spenders], [spender, tokens, dayMs]);
    },
  };
}

const nameOf = ({ runId, conversationId, bodyHash }: Start): string =>
  `${runId} ${conversationId} ${bodyHash}`;
