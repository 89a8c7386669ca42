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
 *    changes it for one window after another; it counts while it is renewed.
 */
export interface StreamSlots {
  /** Takes one that is free now; the result gives it back. Undefined: there is none. */
  take(): Promise<(() => void) | undefined>;
}

/** Of six: two are left for pages, questions, Stop and snapshots. */
const maxStreams = 4;

/** As many as are asked for: over HTTP/2 and later, streams share a connection. */
export const unlimitedSlots: StreamSlots = { take: async () => () => undefined };

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

/** A mark that was not renewed for so long is that of a window that is gone, ms. */
const renewedMs = 15_000;

/** Who has which slot, and when they said so last, ms since 1970. */
export type SlotMarks = Readonly<Record<number, { windowId: string; at: number }>>;

/**
 * Reads and changes the marks of all windows in one step, whichever windows do so at once. Rejects where the
 * browser stores nothing.
 */
export type ChangeMarks = (change: (marks: SlotMarks) => SlotMarks) => Promise<void>;

/** Slots that are marks; a browser that stores nothing has as many as are asked for. */
export const markedSlots = (changeMarks: ChangeMarks, newId: () => string): StreamSlots => ({
  async take() {
    const windowId = newId();
    let slot: number | undefined;
    try {
      await changeMarks((marks) => {
        slot = freeSlot(marks);
        return slot === undefined ? marks : { ...marks, [slot]: { windowId, at: Date.now() } };
      });
    } catch {
      return () => undefined;
    }
    return slot === undefined ? undefined : holdMark(changeMarks, slot, windowId);
  },
});

function freeSlot(marks: SlotMarks): number | undefined {
  for (let slot = 0; slot < maxStreams; slot += 1) {
    // A clock that was set back leaves marks of the future.
    if (Math.abs(Date.now() - (marks[slot]?.at ?? 0)) >= renewedMs) return slot;
  }
  return undefined;
}

/** Renews a mark until it is given back. One that was late, and is another's by now, stays the other's. */
function holdMark(changeMarks: ChangeMarks, slot: number, windowId: string): () => void {
  const change = (own: (marks: SlotMarks) => SlotMarks) =>
    void changeMarks((marks) => (marks[slot]?.windowId === windowId ? own(marks) : marks)).catch(
      () => undefined,
    );
  const renewing = setInterval(
    () => change((marks) => ({ ...marks, [slot]: { windowId, at: Date.now() } })),
    renewedMs / 3,
  );
  return () => {
    clearInterval(renewing);
    change((marks) => {
      const { [slot]: own, ...others } = marks;
      return own ? others : marks;
    });
  };
}

const takeLock = (locks: LockManager, name: string): Promise<(() => void) | undefined> =>
  new Promise((resolve) => {
    const hold = (lock: Lock | null) =>
      lock ? new Promise<void>((release) => resolve(release)) : resolve(undefined);
    // A document that is being closed gets none.
    locks.request(name, { ifAvailable: true }, hold).catch(() => resolve(undefined));
  });
