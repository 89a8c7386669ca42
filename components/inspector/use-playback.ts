import { useEffect, useRef, useState } from "react";
import type { Inspection } from "#lib/client/inspector/inspection.ts";
import { type PlaybackSpeed, playbackSpeeds, playOn } from "#lib/client/inspector/playback.ts";

/** Which event of a run is shown, and what can be done about it. */
export interface Playback {
  /** 0: before the first one. */
  seq: number;
  /** The newest one is shown, whichever that is. */
  isAtEnd: boolean;
  isPlaying: boolean;
  speed: PlaybackSpeed;
  goTo(seq: number): void;
  /** From the beginning, where the end is shown. */
  toggle(): void;
  /** The next faster one, and after the fastest the slowest. */
  changeSpeed(): void;
}

/** Begins at the event that the address names, else at the end. */
export function usePlayback({ log, head, phase }: Inspection): Playback {
  const [chosen, setChosen] = useState(seqInAddress);
  const [isPlaying, setPlaying] = useState(false);
  const [speed, setSpeed] = useState<PlaybackSpeed>(1);
  const isLive = phase === "live";
  const seq = chosen === undefined ? head : Math.min(chosen, head);
  const isAtEnd = seq === head;
  const shown = useRef(seq);
  useEffect(() => {
    shown.current = seq;
  });
  useEffect(() => {
    if (!isPlaying) return;
    let position = { seq: shown.current, leftMs: 0 };
    let last = performance.now();
    let frame = requestAnimationFrame(function step(now) {
      position = playOn(log.events, position, Math.max(0, now - last), speed);
      last = now;
      const isOver = position.seq >= log.events.length;
      setChosen(isOver ? undefined : position.seq);
      if (isOver) setPlaying(false);
      else frame = requestAnimationFrame(step);
    });
    return () => cancelAnimationFrame(frame);
  }, [isPlaying, speed, log]);

  function goTo(to: number): void {
    setPlaying(false);
    const next = Math.max(0, Math.min(head, Math.round(to)));
    setChosen(isLive && next === head ? undefined : next);
  }
  return {
    ...{ seq, isAtEnd, isPlaying, speed, goTo },
    toggle() {
      if (!isPlaying && isAtEnd) setChosen(1);
      setPlaying(!isPlaying);
    },
    changeSpeed: () =>
      setSpeed(playbackSpeeds[(playbackSpeeds.indexOf(speed) + 1) % playbackSpeeds.length] ?? 1),
  };
}

/** `#42`; undefined on the server too. */
function seqInAddress(): number | undefined {
  const named = typeof location === "undefined" ? "" : location.hash.slice(1);
  return /^\d{1,9}$/.test(named) ? Number(named) : undefined;
}
