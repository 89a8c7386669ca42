import { type Bell, createBell } from "../create-bell.ts";

export interface Bells {
  /** Listens from now on, not only from the first `next`. */
  listen(runId: string, signal: AbortSignal): AsyncIterable<void>;
  close(): void;
}

export interface BellsOptions {
  /** Calls `ring` whenever somebody changed the run, and once when listening has begun, until the result is called. */
  subscribe(runId: string, ring: () => void): () => void;
  /** Changes whenever a reader of the run has something to see; rejects while the store is away. */
  markOf(runId: string): Promise<string>;
  /** How often a run that is listened to is looked at: the net under lost notices, ms. */
  pollMs: number;
}

interface Tail {
  bells: Set<Bell>;
  ring(): void;
  end(): void;
}

/** The bells of one open store: one subscription and one poll a run, however many listen. */
export function createBells({ subscribe, markOf, pollMs }: BellsOptions): Bells {
  const tails = new Map<string, Tail>();

  function listen(runId: string, signal: AbortSignal): AsyncIterable<void> {
    if (signal.aborted) return createBell(signal, () => {});
    const tail = tails.get(runId) ?? begin(runId);
    const bell = createBell(signal, (ended) => {
      tail.bells.delete(ended);
      if (tail.bells.size === 0) tail.end();
    });
    tail.bells.add(bell);
    return bell;
  }

  function begin(runId: string): Tail {
    const bells = new Set<Bell>();
    const ring = () => {
      for (const bell of bells) bell.ring();
    };
    const unsubscribe = subscribe(runId, ring);
    let mark: string | undefined;
    const timer = setInterval(() => void poll(), pollMs);
    timer.unref();

    async function poll(): Promise<void> {
      const before = mark;
      mark = await markOf(runId).catch(() => undefined);
      // Before the first look nothing is known: better a ring too many.
      if (mark !== before) ring();
    }

    const tail: Tail = {
      bells,
      ring,
      end() {
        clearInterval(timer);
        unsubscribe();
        tails.delete(runId);
      },
    };
    tails.set(runId, tail);
    return tail;
  }

  return {
    listen,
    close() {
      for (const { bells } of [...tails.values()]) for (const bell of [...bells]) bell.end();
    },
  };
}
