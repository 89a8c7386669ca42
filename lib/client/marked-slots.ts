import { maxStreams, type StreamSlots } from "./stream-slots.ts";

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
