import type { Ring } from "./bells.ts";

/**
 * The event stream may end without a word: it is opened anew this often, ms. The store's poll is the net
 * below it.
 */
const renewMs = 30_000;

/**
 * Rings by server-sent events, until the function it returns is called. `open` listens once, until its result
 * is called.
 */
export const restBell =
  (open: (channel: string, ring: Ring) => () => void) =>
  (channel: string, ring: Ring): (() => void) => {
    let end = open(channel, ring);
    const timer = setInterval(() => {
      const endLast = end;
      end = open(channel, ring);
      endLast();
    }, renewMs);
    timer.unref();
    return () => {
      clearInterval(timer);
      end();
    };
  };
