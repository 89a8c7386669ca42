import type { RunEvent } from "../../protocol/run-event.ts";

/** How fast a log is played: as it was written, four times as fast, or all of it in two seconds. */
export const playbackSpeeds = [1, 4, "max"] as const;
export type PlaybackSpeed = (typeof playbackSpeeds)[number];

/** Where playing stands: the newest event that is shown, and the time that has not been used up yet. */
export interface PlaybackPosition {
  seq: number;
  leftMs: number;
}

/** A wait of a run that is longer than this, ms, is as long as this when it is played. */
const maxPlayedWaitMs = 2000;
/** How long the whole of a log takes at `max`, ms. */
const maxSpeedMs = 2000;

/** Where playing stands `passedMs` later. */
export function playOn(
  events: readonly RunEvent[],
  { seq, leftMs }: PlaybackPosition,
  passedMs: number,
  speed: PlaybackSpeed,
): PlaybackPosition {
  if (speed === "max") {
    const step = Math.max(1, Math.ceil((events.length * passedMs) / maxSpeedMs));
    return { seq: Math.min(events.length, seq + step), leftMs: 0 };
  }
  let left = leftMs + passedMs * speed;
  let at = seq;
  for (let wait = waitBefore(events, at); at < events.length && wait <= left; wait = waitBefore(events, at)) {
    left -= wait;
    at += 1;
  }
  return { seq: at, leftMs: left };
}

/** Before the event behind `seq`, ms. Clocks of several holders may differ. */
function waitBefore(events: readonly RunEvent[], seq: number): number {
  const [before, next] = [events[seq - 1], events[seq]];
  return before && next ? Math.min(maxPlayedWaitMs, Math.max(0, next.ts - before.ts)) : 0;
}
