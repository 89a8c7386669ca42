/** Moments at which waits end together, ms. */
const everyMs = 5;

interface Beat {
  timer: NodeJS.Timeout;
  rings: Set<() => void>;
}

const beats = new Map<number, Beat>();

/**
 * Calls `ring` at the last beat that is at most `ms` from `now`; the returned function takes that back. What
 * many runs do on one beat, they do in one turn of the event loop, and a store can make one transaction of
 * it.
 */
export function coalescedTimer(now: number, ms: number, ring: () => void): () => void {
  const at = Math.floor((now + ms) / everyMs);
  const beat = beats.get(at) ?? begin(at, at * everyMs - now);
  beat.rings.add(ring);
  return () => {
    beat.rings.delete(ring);
    if (beat.rings.size > 0) return;
    clearTimeout(beat.timer);
    if (beats.get(at) === beat) beats.delete(at);
  };
}

function begin(at: number, ms: number): Beat {
  const rings = new Set<() => void>();
  const timer = setTimeout(() => {
    beats.delete(at);
    for (const ring of rings) ring();
  }, ms);
  const beat = { timer, rings };
  beats.set(at, beat);
  return beat;
}
