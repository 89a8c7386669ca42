import { createShares, type Shares } from "../door/shares.ts";
import { ProblemError } from "./problem.ts";

/** What one process takes on for everybody together, whatever each visitor may; absent: no limit. */
export interface ServerLimits {
  serverRuns?: number;
  serverStreams?: number;
}

/** Counts what this process has taken on. Each of them throws 503 `server_busy` where there is no room. */
export interface ServerBounds {
  /** How many streams are open. */
  readonly openStreams: number;
  /**
   * Room for one more live run beside the `live` ones, for that address if known. The result is called once
   * it is one of those, with when it is over, or is none.
   */
  beginRun(live: number, address?: string): (over?: Promise<unknown>) => void;
  /** Room for one more stream to that user, and address if known. The result is called once it has ended. */
  openStream(userId: string, address?: string): () => void;
}

/**
 * Of all streams, for one user: more than any browser opens. Anybody is as many users as they like: the rest
 * is shared by address (lib/door/shares.ts), so that a proxy that is not known as one has half.
 */
const userShare = 0.3;
const retryAfter = 5;

export function createServerBounds({ serverRuns, serverStreams }: ServerLimits): ServerBounds {
  const runsOf = createShares();
  const streamsOf = createShares();
  const usersOf = new Map<string, number>();
  let beginning = 0;
  let streams = 0;

  function countUser(userId: string, by: 1 | -1): void {
    const count = (usersOf.get(userId) ?? 0) + by;
    if (count > 0) usersOf.set(userId, count);
    else usersOf.delete(userId);
  }

  return {
    get openStreams() {
      return streams;
    },
    beginRun(live, address) {
      const free = (serverRuns ?? Number.POSITIVE_INFINITY) - live - beginning;
      const giveBack = shareFor(runsOf, address, free);
      if (!giveBack) throw busy("the server is writing as many answers as it can");
      beginning += 1;
      return once((over) => {
        beginning -= 1;
        if (over) void over.catch(() => undefined).then(giveBack);
        else giveBack();
      });
    },
    openStream(userId, address) {
      const max = serverStreams ?? Number.POSITIVE_INFINITY;
      const isWithin = (usersOf.get(userId) ?? 0) < max * userShare;
      const giveBack = isWithin ? shareFor(streamsOf, address, max - streams) : undefined;
      if (!giveBack) throw busy("the server has as many open streams as it can");
      streams += 1;
      countUser(userId, 1);
      return once(() => {
        streams -= 1;
        countUser(userId, -1);
        giveBack();
      });
    },
  };
}

/** One whose address is not known has no share: it only takes what is free. */
function shareFor(shares: Shares, address: string | undefined, free: number): (() => void) | undefined {
  if (address !== undefined) return shares.take(address, free);
  return free > 0 ? () => undefined : undefined;
}

const busy = (detail: string) => new ProblemError(503, "server_busy", detail, { retryAfter });

function once<A extends unknown[]>(act: (...given: A) => void): (...given: A) => void {
  let isDone = false;
  return (...given) => {
    if (!isDone) act(...given);
    isDone = true;
  };
}
