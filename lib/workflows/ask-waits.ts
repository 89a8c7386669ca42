/** Whether all that one attempt of an instance asks waits for people, so that nothing else helps it on. */
interface AskWaits {
  /** What is asked, until it has its answer. */
  track<T>(ask: (asked: OpenRequest) => Promise<T>): Promise<T>;
  /** That it waits for people, as of so many decisions; or that it does no longer. */
  set(asked: OpenRequest, isWaiting: boolean, asOf: number): Promise<void>;
  /** Resolves when nothing is asked any more. */
  ended(): Promise<void>;
}

interface OpenRequest {
  /** Absent: it goes on. */
  waitsAsOf?: number;
}

/** `notify`: what is true now, one after the other. */
export function createAskWaits(notify: (isWaiting: boolean, asOf: number) => Promise<void>): AskWaits {
  const asking = new Map<OpenRequest, Promise<unknown>>();
  let told: number | undefined;
  let telling: Promise<void> = Promise.resolve();

  /** As of how many decisions each of them waits; undefined: one goes on, or there is none. */
  function waitsAsOf(): number | undefined {
    const all = [...asking.keys()].map((asked) => asked.waitsAsOf ?? Number.NaN);
    const least = Math.min(...all);
    return Number.isFinite(least) ? least : undefined;
  }

  function look(): Promise<void> {
    telling = telling.then(async () => {
      const now = waitsAsOf();
      if (now === told) return;
      const asOf = now ?? told ?? 0;
      told = now;
      await notify(now !== undefined, asOf);
    });
    return telling;
  }

  async function track<T>(ask: (asked: OpenRequest) => Promise<T>): Promise<T> {
    const asked: OpenRequest = {};
    const answer = ask(asked);
    asking.set(asked, answer);
    // What the others waited for is not all any more.
    if (told !== undefined) look().catch(() => undefined);
    try {
      return await answer;
    } finally {
      asking.delete(asked);
      // Whoever has the answer may ask more at once.
      if (asking.size > 0) setImmediate(() => void look().catch(() => undefined));
    }
  }

  return {
    track,
    set(asked, isWaiting, asOf) {
      if (isWaiting) asked.waitsAsOf = asOf;
      else delete asked.waitsAsOf;
      return look();
    },
    async ended() {
      if (asking.size > 0) await Promise.allSettled(asking.values());
    },
  };
}
