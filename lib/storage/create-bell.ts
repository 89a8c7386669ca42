/** One listener's bell: rings that come before it is asked for are kept, as one. */
export interface Bell extends AsyncIterableIterator<void> {
  ring(): void;
  /** Ends the iteration; `ended` is called once, whoever ends it. */
  end(): void;
}

/** A bell that ends with the signal, when its reader leaves its loop, or by `end`. */
export function createBell(signal: AbortSignal, ended: (bell: Bell) => void): Bell {
  let hasRung = false;
  let isOver = false;
  let waiting: PromiseWithResolvers<void> | undefined;

  function end(): void {
    if (isOver) return;
    isOver = true;
    signal.removeEventListener("abort", end);
    ended(bell);
    waiting?.resolve();
  }

  const bell: Bell = {
    ring() {
      hasRung = true;
      waiting?.resolve();
    },
    end,
    async next() {
      if (!hasRung && !isOver) await (waiting ??= Promise.withResolvers<void>()).promise;
      waiting = undefined;
      hasRung = false;
      return isOver ? { done: true, value: undefined } : { done: false, value: undefined };
    },
    async return() {
      end();
      return { done: true, value: undefined };
    },
    [Symbol.asyncIterator]: () => bell,
  };
  signal.addEventListener("abort", end);
  if (signal.aborted) end();
  return bell;
}
