/** What a browser tells of its frames. */
export interface FrameSource {
  /** Monotonic ms. */
  now(): number;
  /** Calls `then` while the next frame is made. */
  request(then: () => void): void;
  /** Calls `then` once the frame that is being made is drawn. */
  afterPaint(then: () => void): void;
  later(ms: number, then: () => void): void;
}

export interface PacedFrames {
  /** Calls `paint` in a frame, soon. */
  frame(paint: () => void): void;
  /** The reader has done something, whose frame is to be made alone. */
  acted(): void;
}

/** A frame that takes longer is felt, ms. */
const longFrameMs = 16;
/** A page is left to the reader for so long after a frame, ms. */
const maxRestMs = 60;
/** And words wait for so long in all, ms: with what the server waits that is below 120 (U37). */
const maxFrameWaitMs = 80;

/**
 * Frames for what comes by itself. A key that is pressed meanwhile waits for the one frame that is being
 * made, and for no other (B3): its own is made without them, and a page that needs long for a frame is left
 * alone for as long after it.
 */
export function createPacedFrames({ now, request, afterPaint, later }: FrameSource): PacedFrames {
  let restsUntil = 0;
  /** What the reader has done and is not drawn yet. */
  let undrawn = 0;

  function make(paint: () => void): void {
    const begun = now();
    paint();
    afterPaint(() => {
      const took = now() - begun;
      restsUntil = took > longFrameMs ? now() + Math.min(took, maxRestMs) : 0;
    });
  }

  function wait(paint: () => void, until: number): void {
    const inMs = Math.min(restsUntil, until) - now();
    if (inMs > 0) return later(inMs, () => wait(paint, until));
    request(() => {
      if (undrawn > 0 && now() < until) wait(paint, until);
      else make(paint);
    });
  }

  return {
    frame: (paint) => wait(paint, now() + maxFrameWaitMs),
    acted() {
      undrawn += 1;
      request(() => afterPaint(() => (undrawn -= 1)));
    },
  };
}

/** Those of the page. Only to be called in a browser. */
export function pageFrames(): PacedFrames {
  const frames = createPacedFrames({
    now: () => performance.now(),
    request: (then) => void requestAnimationFrame(then),
    afterPaint: (then) => void setTimeout(then),
    later: (ms, then) => void setTimeout(then, ms),
  });
  for (const event of ["keydown", "pointerdown"])
    window.addEventListener(event, frames.acted, { capture: true, passive: true });
  return frames;
}
