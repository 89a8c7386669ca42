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
 * 4. A page without TLS has no locks: there a slot is a mark in a database of the browser's, which
 *    changes it for one window after another; it counts while it is renewed (marked-slots.ts).
 */
export interface StreamSlots {
  /** Takes one that is free now; the result gives it back. Undefined: there is none. */
  take(): Promise<(() => void) | undefined>;
}

/** Of six: two are left for pages, questions, Stop and snapshots. */
export const maxStreams = 4;

/** As many as are asked for: over HTTP/2 and later, streams share a connection. */
export const unlimitedSlots: StreamSlots = { take: async () => () => undefined };

/** Slots whose script is loaded with the first; where it cannot be, there are as many as are asked for. */
export function loadedSlots(load: () => Promise<StreamSlots>): StreamSlots {
  let loading: Promise<StreamSlots> | undefined;
  return {
    async take() {
      loading ??= load().catch(() => {
        loading = undefined;
        return unlimitedSlots;
      });
      return (await loading).take();
    },
  };
}

/** Slots that are locks of the origin. */
export const lockedSlots = (locks: LockManager): StreamSlots => ({
  async take() {
    for (let at = 0; at < maxStreams; at += 1) {
      const release = await takeLock(locks, `rivulet-stream-${at}`);
      if (release) return release;
    }
    return undefined;
  },
});

const takeLock = (locks: LockManager, name: string): Promise<(() => void) | undefined> =>
  new Promise((resolve) => {
    const hold = (lock: Lock | null) =>
      lock ? new Promise<void>((release) => resolve(release)) : resolve(undefined);
    // A document that is being closed gets none.
    locks.request(name, { ifAvailable: true }, hold).catch(() => resolve(undefined));
  });
