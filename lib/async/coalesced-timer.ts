/** Timers fire at multiples of this, ms. */
const slotMs = 5;

interface Slot {
  timer: NodeJS.Timeout;
  callbacks: Set<() => void>;
}

const slots = new Map<number, Slot>();

/**
 * Calls `callback` after at most `ms` from `now`, up to 5 ms early, together with all others that are due
 * then; the result cancels it. What many runs do in one turn of the event loop, a store can commit in one
 * transaction.
 */
export function coalescedTimer(now: number, ms: number, callback: () => void): () => void {
  const at = Math.floor((now + ms) / slotMs);
  const slot = slots.get(at) ?? openSlot(at, Math.max(0, at * slotMs - now));
  slot.callbacks.add(callback);
  return () => {
    slot.callbacks.delete(callback);
    if (slot.callbacks.size > 0) return;
    clearTimeout(slot.timer);
    if (slots.get(at) === slot) slots.delete(at);
  };
}

function openSlot(at: number, ms: number): Slot {
  const callbacks = new Set<() => void>();
  const timer = setTimeout(() => {
    slots.delete(at);
    for (const callback of callbacks) callback();
  }, ms);
  const slot = { timer, callbacks };
  slots.set(at, slot);
  return slot;
}
