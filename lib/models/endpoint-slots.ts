/** What this process has seen of an endpoint: whether it is there, and how much it answers at once. */
export interface EndpointSlots {
  /** A request that was just sent. */
  enter(): SlotRequest;
  /** It has answered something. */
  reached(): void;
  /** It was there, so that one that refuses a connection now is being started again. */
  readonly wasReached: boolean;
}

export interface SlotRequest {
  /** Its answer has begun. */
  answered(): void;
  /** It has ended, however; to be called once. */
  leave(): void;
  /**
   * How long the endpoint has been free for it, ms: 0 while it answers as many other requests of this process
   * as it was ever seen to answer at once. A local server often takes one at a time, and says nothing to the
   * others.
   */
  turnMs(): number;
}

/** For one endpoint, whatever models it has. */
export function createEndpointSlots(now: () => number = () => performance.now()): EndpointSlots {
  let answering = 0;
  let maxAnswering = 1;
  let wasReached = false;
  /** When it was last seen to have a slot free. */
  let freeSince = -Infinity;

  return {
    reached: () => void (wasReached = true),
    get wasReached() {
      return wasReached;
    },
    enter() {
      const sentAt = now();
      let isAnswering = false;
      return {
        answered() {
          if (isAnswering) return;
          isAnswering = true;
          answering += 1;
          maxAnswering = Math.max(maxAnswering, answering);
        },
        leave() {
          if (!isAnswering) return;
          if (answering === maxAnswering) freeSince = now();
          isAnswering = false;
          answering -= 1;
        },
        turnMs: () => (answering >= maxAnswering ? 0 : now() - Math.max(sentAt, freeSince)),
      };
    },
  };
}
