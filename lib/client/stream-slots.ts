/**
 * Places for event streams that the windows of a browser share. Over HTTP/1.1 a browser opens six connections
 * to a host, for all its windows together: with six streams open, nothing else goes out, not even a Stop or
 * the page of a seventh window. This file owns how many streams there are; what a window without one does
 * instead is stream-check.ts.
 *
 * 1. At most `maxStreams` streams are open, whatever the windows do; the other connections are for requests.
 * 2. A slot belongs to a connection: a window that follows nothing holds none.
 * 3. A window that is closed or crashes gives its slot back: the browser ends its locks. So does one that is
 *    hidden, with its stream. One that is frozen keeps its slot as it keeps its connection.
 */
export interface StreamSlots {
  /** One that is free now; undefined: there is none. */
  tryTake(): Promise<ReleaseSlot | undefined>;
  /** The next one that is free; undefined once the signal aborts. */
  take(signal: AbortSignal): Promise<ReleaseSlot | undefined>;
}

type ReleaseSlot = () => void;

/** Of six: two are left for pages, questions, Stop and snapshots. */
const maxStreams = 4;
const names = Array.from({ length: maxStreams }, (_, at) => `rivulet-stream-${at}`);

/** As many as are asked for: over HTTP/2 and later, streams share a connection. */
export const unlimitedSlots: StreamSlots = {
  tryTake: async () => () => undefined,
  take: async () => () => undefined,
};

/** Slots that are locks of the origin. */
export function lockedSlots(locks: LockManager): StreamSlots {
  /** Holds the lock until it is released; undefined: it was taken, or the signal aborted. */
  const request = (name: string, options: LockOptions): Promise<ReleaseSlot | undefined> =>
    new Promise((resolve) => {
      const hold = (lock: Lock | null) =>
        lock ? new Promise<void>((release) => resolve(release)) : resolve(undefined);
      locks.request(name, options, hold).catch(() => resolve(undefined));
    });

  return {
    async tryTake() {
      for (const name of names) {
        const release = await request(name, { ifAvailable: true });
        if (release) return release;
      }
      return undefined;
    },
    async take(signal) {
      const done = new AbortController();
      const abort = () => done.abort();
      signal.addEventListener("abort", abort);
      if (signal.aborted) abort();
      const first = takeFirst(
        names.map((name) => request(name, { signal: done.signal })),
        abort,
      );
      return first.finally(() => signal.removeEventListener("abort", abort));
    },
  };
}

/** The first of the locks that is granted; `cancel` gives up the others. */
async function takeFirst(
  requests: readonly Promise<ReleaseSlot | undefined>[],
  cancel: () => void,
): Promise<ReleaseSlot | undefined> {
  let taken: ReleaseSlot | undefined;
  const each = requests.map(async (request) => {
    const release = await request;
    if (taken || !release) return release?.();
    taken = release;
    cancel();
  });
  await Promise.all(each);
  return taken;
}
