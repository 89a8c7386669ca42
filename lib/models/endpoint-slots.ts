/** What this process asks an endpoint at once, and what it has been seen to answer at once. */
export interface EndpointSlots {
  /** A request that was just sent. */
  enter(): SlotRequest;
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
  /** When it was last seen to have a slot free. */
  let freeSince = -Infinity;

  return {
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
