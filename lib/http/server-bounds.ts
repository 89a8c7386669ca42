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
  /** Room for one more stream to that user. The result is called once it has ended. */
  openStream(userId: string): () => void;
}

/** Of all streams: more than any browser opens, and three users do not take them all. */
const shareOfUser = 0.3;
const retryAfter = 5;

export function createServerBounds({ serverRuns, serverStreams }: ServerLimits): ServerBounds {
  const streamsOf = new Map<string, number>();
  let beginning = 0;
  let streams = 0;
  return {
    beginRun(live) {
      if (serverRuns !== undefined && live + beginning >= serverRuns)
        throw busy("the server is writing as many answers as it can");
      beginning += 1;
      return once(() => (beginning -= 1));
    },
    openStream(userId) {
      const own = streamsOf.get(userId) ?? 0;
      if (serverStreams !== undefined && (streams >= serverStreams || own >= serverStreams * shareOfUser))
        throw busy("the server has as many open streams as it can");
      streams += 1;
      streamsOf.set(userId, own + 1);
      return once(() => {
        streams -= 1;
        const left = (streamsOf.get(userId) ?? 0) - 1;
        if (left > 0) streamsOf.set(userId, left);
        else streamsOf.delete(userId);
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
