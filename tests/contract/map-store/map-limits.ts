import { isEnded } from "#lib/protocol/run-status.ts";
import { spentTokens } from "#lib/storage/core/spent-tokens.ts";
import { startKey } from "#lib/storage/core/start-key.ts";
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
} from "#lib/storage/limit-store.ts";
import { type MapRecords, metaOf } from "./map-records.ts";

interface CountedStart {
  who: string;
  key: string;
  runId: string;
  at: number;
}

export function createMapLimits(records: MapRecords): LimitStore {
  const { runs, now } = records;
  let starts: CountedStart[] = [];
  /** Tokens by spender, of one day. */
  let spent = { day: 0, tokens: new Map<string, number>() };

  const countersOf = ({ userId }: Start, bounds: StartBounds): string[] => [
    ...bounds.starts.map(({ who }) => who),
    ...(bounds.live === undefined ? [] : [`live ${userId}`]),
  ];

  function exceeded({ userId }: Start, bounds: StartBounds, at: number): Admission | undefined {
    const day = Math.floor(at / dayMs);
    const used = spent.day === day ? [...spent.tokens.values()].reduce((sum, each) => sum + each, 0) : 0;
    if (bounds.tokens !== undefined && used >= bounds.tokens)
      return { kind: "refused", bound: "tokens", retryAfterMs: (day + 1) * dayMs - at };
    for (const { who, max } of bounds.starts) {
      const counted = starts.filter((start) => start.who === who);
      if (counted.length >= max)
        return {
          kind: "refused",
          bound: "starts",
          retryAfterMs: (counted[0]?.at ?? at) + startsWindowMs - at,
        };
    }
    const live = [...runs.values()].filter(
      ({ meta }) => meta.userId === userId && meta.status !== "waiting" && !isEnded(meta.status),
    ).length;
    const pending = starts.filter(
      (start) => start.who === `live ${userId}` && start.at > at - pendingStartMs && !runs.has(start.runId),
    ).length;
    if (bounds.live !== undefined && live + pending >= bounds.live)
      return { kind: "refused", bound: "live", retryAfterMs: liveRetryMs };
    return undefined;
  }

  return {
    async admit(start, bounds) {
      const at = now();
      const known = runs.get(start.runId);
      if (known) return { kind: "known", run: metaOf(records, known) };
      starts = starts.filter((counted) => counted.at > at - startsWindowMs && counted.at <= at);
      const [key, counters] = [startKey(start), countersOf(start, bounds)];
      const same = starts.find(
        (counted) => counted.key === key && counters.includes(counted.who) && counted.at > at - sameStartMs,
      );
      if (same) return { kind: "admitted", at: same.at };
      const refusal = exceeded(start, bounds, at);
      if (refusal) return refusal;
      starts.push(...counters.map((who) => ({ who, key, runId: start.runId, at })));
      return { kind: "admitted", at };
    },
    async withdraw(start, bounds, at) {
      if (runs.has(start.runId)) return;
      const [key, counters] = [startKey(start), countersOf(start, bounds)];
      starts = starts.filter(
        (counted) => !(counted.key === key && counted.at === at && counters.includes(counted.who)),
      );
    },
    async spend(spender, tokens) {
      const day = Math.floor(now() / dayMs);
      if (spent.day !== day) spent = { day, tokens: new Map() };
      if (!spent.tokens.has(spender)) spent.tokens.set(spender, spentTokens(tokens));
    },
  };
}
