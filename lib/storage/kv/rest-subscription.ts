import type { OnNotice } from "./watch-run.ts";

/** Subscribes to a channel until the result is called. */
export type SubscribeChannel = (channel: string, onNotice: OnNotice) => () => void;

/** The event stream of a hosted KV may die silently, so it is opened anew this often, ms. */
const renewMs = 30_000;

/** Keeps a subscription by server-sent events alive. `open` opens one event stream. */
export const restSubscription =
  (open: SubscribeChannel): SubscribeChannel =>
  (channel, onNotice) => {
    let close = open(channel, onNotice);
    const timer = setInterval(() => {
      const closeLast = close;
      close = open(channel, onNotice);
      closeLast();
    }, renewMs);
    timer.unref();
    return () => {
      clearInterval(timer);
      close();
    };
  };
