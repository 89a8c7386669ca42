import { type Bell, createBell } from "../create-bell.ts";

/** Called with what has changed: "log", "stop", or nothing where that is not known. */
export type Ring = (notice?: string) => void;

export interface Bells {
  /** Listens from now on, not only from the first `next`. `only`: a notice that the log grew rings it not. */
  listen(runId: string, signal: AbortSignal, only?: "stop"): AsyncIterable<void>;
  /** The run's log grew here. */
  ring(runId: string): void;
  close(): void;
}

export interface BellsOptions {
  /**
   * Calls `ring` whenever a reader here has to look, and once when listening has begun, until the result is
   * called.
   */
  subscribe(runId: string, ring: Ring): () => void;
  /** `log` changes whenever a reader of the run has something to see; rejects while the store is away. */
  markOf(runId: string): Promise<Mark>;
  /** How often a run that is listened to is looked at: the net under lost notices, ms. */
  pollMs: number;
}

interface Mark {
  log: string;
  stops: boolean;
}

interface Tail {
  /** Each with what it waits for. */
  bells: Map<Bell, "stop" | undefined>;
  ring: Ring;
  end(): void;
}

/** The bells of one open store: one subscription and one poll a run, however many listen. */
export function createBells({ subscribe, markOf, pollMs }: BellsOptions): Bells {
  const tails = new Map<string, Tail>();

  function listen(runId: string, signal: AbortSignal, only?: "stop"): AsyncIterable<void> {
    if (signal.aborted) return createBell(signal, () => {});
    const tail = tails.get(runId) ?? begin(runId);
    const bell = createBell(signal, (ended) => {
      tail.bells.delete(ended);
      if (tail.bells.size === 0) tail.end();
    });
    tail.bells.set(bell, only);
    return bell;
  }

  function begin(runId: string): Tail {
    const bells: Tail["bells"] = new Map();
    const ring: Ring = (notice) => {
      for (const [bell, only] of bells) if (notice !== "log" || only === undefined) bell.ring();
    };
    const unsubscribe = subscribe(runId, ring);
    let mark: Mark | undefined;
    const timer = setInterval(() => void poll(), pollMs);
    timer.unref();

    async function poll(): Promise<void> {
      const before = mark;
      mark = await markOf(runId).catch(() => undefined);
      // Before the first look nothing is known: better a ring too many.
      if (mark?.stops !== before?.stops) ring();
      else if (mark?.log !== before?.log) ring("log");
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
    ring: (runId) => tails.get(runId)?.ring("log"),
    close() {
      for (const { bells } of [...tails.values()]) for (const bell of [...bells.keys()]) bell.end();
    },
  };
}
