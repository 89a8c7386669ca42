import { ProblemError } from "./problem.ts";

/** What one process takes on for everybody together, whatever each visitor may; absent: no limit. */
export interface ServerLimits {
  serverRuns?: number;
  serverStreams?: number;
}

/** Counts what this process has taken on. Each of them throws 503 `server_busy` where there is no room. */
export interface ServerBounds {
  /**
   * Room for one more live run beside the `live` ones. The result is called once it is one of those, or is
   * none.
   */
  beginRun(live: number): () => void;
  /** Room for one more stream to that user, and address if known. The result is called once it has ended. */
  openStream(userId: string, address?: string): () => void;
}

/**
 * Of all streams: a user's is more than any browser opens. Anybody is as many users as they like, so that an
 * address has a share too: half of them, because a proxy that is not known as one is a single address.
 */
const shares = { user: 0.3, address: 0.5 } as const;
const retryAfter = 5;

/** Of the streams that are open to one user, or one address. */
interface StreamCount {
  kind: keyof typeof shares;
  key: string;
  count: number;
}

export function createServerBounds({ serverRuns, serverStreams }: ServerLimits): ServerBounds {
  const streamsOf = new Map<string, number>();
  let beginning = 0;
  let streams = 0;

  function countOf(kind: keyof typeof shares, name: string): StreamCount {
    const key = `${kind} ${name}`;
    return { kind, key, count: streamsOf.get(key) ?? 0 };
  }

  const isFull = ({ kind, count }: StreamCount): boolean =>
    serverStreams !== undefined && count >= serverStreams * shares[kind];

  function forget(key: string): void {
    const left = (streamsOf.get(key) ?? 0) - 1;
    if (left > 0) streamsOf.set(key, left);
    else streamsOf.delete(key);
  }

  return {
    beginRun(live) {
      if (serverRuns !== undefined && live + beginning >= serverRuns)
        throw busy("the server is writing as many answers as it can");
      beginning += 1;
      return once(() => (beginning -= 1));
    },
    openStream(userId, address) {
      const own = [countOf("user", userId), ...(address === undefined ? [] : [countOf("address", address)])];
      if (serverStreams !== undefined && (streams >= serverStreams || own.some(isFull)))
        throw busy("the server has as many open streams as it can");
      streams += 1;
      for (const { key, count } of own) streamsOf.set(key, count + 1);
      return once(() => {
        streams -= 1;
        for (const { key } of own) forget(key);
      });
    },
  };
}

const busy = (detail: string) => new ProblemError(503, "server_busy", detail, { retryAfter });

function once(act: () => void): () => void {
  let isDone = false;
  return () => {
    if (!isDone) act();
    isDone = true;
  };
}
