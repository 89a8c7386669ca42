/** What can be started before it is needed. */
export interface Startable {
  readonly ended: Promise<unknown>;
  end(): Promise<void>;
  /** The process goes on while it lives, or not. */
  ref(): void;
  unref(): void;
}

export interface WarmWorkers<T extends Startable> {
  /** The one that is ready, if there is one, else a new one. It is the taker's to end or to give back. */
  take(): T;
  /** Starts one ahead, if none is ready. */
  warm(): void;
  /** Keeps it ready, or ends it if one is. */
  giveBack(worker: T): void;
  /** Ends the one that is ready. */
  close(): Promise<void>;
}

/** How long one is ready that nobody takes, ms. */
const keptMs = 60_000;

/** At most one worker that is ready, for a while. It keeps no process alive. */
export function createWarmWorkers<T extends Startable>(start: () => T): WarmWorkers<T> {
  let ready: T | undefined;
  let timer: NodeJS.Timeout | undefined;

  function release(): T | undefined {
    const released = ready;
    ready = undefined;
    clearTimeout(timer);
    return released;
  }

  function keep(worker: T): void {
    ready = worker;
    worker.unref();
    void worker.ended.then(() => {
      if (ready === worker) release();
    });
    timer = setTimeout(() => void release()?.end(), keptMs);
    timer.unref();
  }

  return {
    take() {
      const taken = release() ?? start();
      taken.ref();
      return taken;
    },
    warm() {
      if (!ready) keep(start());
    },
    giveBack(worker) {
      if (ready) void worker.end();
      else keep(worker);
    },
    async close() {
      await release()?.end();
    },
  };
}
