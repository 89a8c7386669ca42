import type { RunEvent } from "#lib/protocol/run-event.ts";

/** The strokes of a log on a track: one for each event, or for each two units where there are more. */
export interface Strokes {
  /** Those between two places; long ones begin a step. */
  path(from: number, to: number): string;
  xOf(seq: number): number;
  seqAt(x: number): number;
}

/** Place for half a stroke, and for half of the handle. */
const inset = 6;
const minDistance = 3;

export function strokesOf(events: readonly RunEvent[], width: number): Strokes {
  const count = events.length;
  const span = width - 2 * inset;
  const xOf = (seq: number) =>
    count < 2 ? inset : inset + ((Math.min(count, seq) - 1) / (count - 1)) * span;
  const strokes: { x: number; isLong: boolean }[] = [];
  for (const event of events) {
    const x = xOf(event.seq);
    const last = strokes.at(-1);
    const isLong = event.type === "start-step" || event.type === "start" || event.seq === count;
    if (last && x - last.x < minDistance) last.isLong ||= isLong;
    else strokes.push({ x, isLong });
  }
  return {
    path: (from, to) =>
      strokes
        .filter(({ x }) => x >= from && x <= to)
        .map(({ x, isLong }) => `M${x.toFixed(1)} ${isLong ? 6 : 14}V26`)
        .join(""),
    xOf,
    seqAt: (x) => Math.min(count, Math.max(1, Math.round(((x - inset) / span) * Math.max(0, count - 1)) + 1)),
  };
}
